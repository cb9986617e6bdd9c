// Rates of QuantLib on the rows it reads: "kind forward strike years volatility price" per line, on standard input.
// Prints "black <options per CPU second>" and "implied <options per CPU second>".
#include <ql/option.hpp>
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

using namespace QuantLib;

struct Row {
    int call;
    double forward, strike, years, volatility, price;
};

template <class Work> double rate(const std::vector<Row>& rows, double seconds, Work work) {
    double best = 0;
    volatile double sink = 0;
    for (int round = 0; round < 5; round++) {
        long done = 0;
        double sum = 0;
        const std::clock_t start = std::clock();
        double spent = 0;
        do {
            for (const Row& row : rows) sum += work(row);
            done += long(rows.size());
            spent = double(std::clock() - start) / CLOCKS_PER_SEC;
        } while (spent < seconds);
        sink = sum;
        best = std::max(best, double(done) / spent);
    }
    (void)sink;
    return best;
}

int main() {
    std::vector<Row> rows;
    Row row;
    while (std::scanf("%d %lf %lf %lf %lf %lf", &row.call, &row.forward, &row.strike, &row.years, &row.volatility, &row.price) == 6)
        rows.push_back(row);
    const double black = rate(rows, 0.15, [](const Row& r) {
        const BlackCalculator c(r.call ? Option::Call : Option::Put, r.strike, r.forward, r.volatility * std::sqrt(r.years), 1.0);
        return c.value() + c.deltaForward() + c.gammaForward() + c.vega(r.years) + c.theta(r.forward, r.years) + c.rho(r.years);
    });
    const double implied = rate(rows, 0.15, [](const Row& r) {
        return blackFormulaImpliedStdDev(r.call ? Option::Call : Option::Put, r.strike, r.forward, r.price, 1.0, 0.0,
                                         Null<Real>(), 1e-12, 100) / std::sqrt(r.years);
    });
    std::printf("black %.0f\nimplied %.0f\n", black, implied);
}

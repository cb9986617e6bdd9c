// Rate of a delta-hedging simulation written with QuantLib's path generator and calculator: a short call, S = K = 100, one month,
// 20 %, 84 steps, no costs. Prints steps per CPU second.
#include <ql/instruments/payoffs.hpp>
#include <ql/math/randomnumbers/rngtraits.hpp>
#include <ql/methods/montecarlo/pathgenerator.hpp>
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>
#include <cmath>
#include <cstdio>
#include <ctime>

using namespace QuantLib;

int main() {
    const Size steps = 84;
    const Real strike = 100, years = 1.0 / 12, sigma = 0.2;
    const Date today(1, January, 2026);
    const DayCounter days = Actual365Fixed();
    const auto spot = ext::make_shared<SimpleQuote>(100.0);
    const Handle<YieldTermStructure> flat(ext::make_shared<FlatForward>(today, 0.0, days));
    const Handle<BlackVolTermStructure> vol(ext::make_shared<BlackConstantVol>(today, NullCalendar(), sigma, days));
    const auto process = ext::make_shared<BlackScholesMertonProcess>(Handle<Quote>(spot), flat, flat, vol);
    PseudoRandom::rsg_type draws = PseudoRandom::make_sequence_generator(steps, 42);
    PathGenerator<PseudoRandom::rsg_type> generator(process, years, steps, draws, false);
    const auto payoff = ext::make_shared<PlainVanillaPayoff>(Option::Call, strike);
    double best = 0;
    volatile double sink = 0;
    for (int round = 0; round < 5; round++) {
        const std::clock_t start = std::clock();
        long done = 0;
        double spent = 0;
        do {
            for (int p = 0; p < 200; p++) {
                const Path& path = generator.next().value;
                double gain = 0;
                for (Size i = 0; i < steps; i++) {
                    const double remaining = years * double(steps - i) / steps;
                    const BlackCalculator option(payoff, path[i], sigma * std::sqrt(remaining));
                    gain += option.deltaForward() * (path[i + 1] - path[i]);
                }
                sink = sink + gain - (*payoff)(path.back());
            }
            done += 200 * long(steps);
            spent = double(std::clock() - start) / CLOCKS_PER_SEC;
        } while (spent < 0.2);
        best = std::max(best, double(done) / spent);
    }
    std::printf("%.0f\n", best);
}

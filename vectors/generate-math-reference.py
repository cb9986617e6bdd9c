"""Writes math-reference.json: what the kernel's functions should return, computed with 50 digits (mpmath).

The project's tests read the JSON only; this script is needed to change it: python3 vectors/generate-math-reference.py
Every input is the exact integer that the functions receive, so that the outputs carry no rounding but their own.
"""
import json
import random
from pathlib import Path

from mpmath import erfc, exp, log, mp, mpf, nint, npdf, sqrt

mp.dps = 50
random.seed(20240229)
WAD = 10**18
YEAR = 365 * 86400


def wad(x):
    return int(nint(x * WAD))


def cdf(x):
    return erfc(-x / sqrt(2)) / 2


def one_argument(name, inputs, f, tolerance):
    return {
        "source": f"{name} by mpmath, 50 digits",
        "tolerance": tolerance,
        "x": [str(x) for x in inputs],
        "y": [str(wad(f(mpf(x) / WAD))) for x in inputs],
    }


def log_uniform(low, high):
    return int(mpf(10) ** random.uniform(low, high))


def black76_row(forward, strike, discount, volatility, tau):
    f, k, d, s = (mpf(x) / WAD for x in (forward, strike, discount, volatility))
    t = mpf(tau) / YEAR
    v = s * sqrt(t)
    d1 = log(f / k) / v + v / 2
    d2 = d1 - v
    call = d * (f * cdf(d1) - k * cdf(d2))
    put = d * (k * cdf(-d2) - f * cdf(-d1))
    decay = d * f * npdf(d1) * s / (2 * sqrt(t))
    rate = -log(d) / t
    out = [call, put, d * cdf(d1), -d * cdf(-d1), d * npdf(d1) / (f * v), d * f * npdf(d1) * sqrt(t)]
    return [forward, strike, discount, volatility, tau] + [wad(x) for x in out + [rate * call - decay, rate * put - decay]]


def black76():
    rows = []
    for forward in (10**14, 2000 * WAD, 10**6 * WAD):
        for moneyness in (-6, -1, -0.05, 0, 0.001, 0.3, 6):
            for tau in (1, 3600, 30 * 86400, 25 * YEAR):
                for volatility in (10**15, 5 * 10**17, 10**19):
                    discount = WAD if tau < 86400 else wad(exp(-mpf(tau) / YEAR / 25))
                    rows.append(black76_row(forward, int(forward * exp(mpf(moneyness))), discount, volatility, tau))
    for i in range(250):
        forward, volatility, tau = log_uniform(14, 24), log_uniform(15, 19), log_uniform(0, 8.9)
        spread = 2 * volatility / 1e18 * (tau / YEAR) ** 0.5
        moneyness = random.uniform(-6, 6) if i % 4 == 0 else max(-6, min(6, random.gauss(0, spread)))
        discount = wad(exp(-mpf(tau) / YEAR * random.uniform(-0.05, 0.1)))
        rows.append(black76_row(forward, int(forward * exp(mpf(moneyness))), discount, volatility, tau))
    names = "forward strike discount volatility tau call put callDelta putDelta gamma vega thetaCall thetaPut".split()
    return {
        "source": "Black (1976), eq. 16, and its derivatives by mpmath, 50 digits; theta with forward and rate held",
        "tolerance": "beyond 3 wei: prices 1e-14 max(forward, strike), deltas 1e-14, vega and theta 1e-13 forward, gamma 1e-13 per forward, each times max(1, itself)",
        **{name: [str(row[i]) for row in rows] for i, name in enumerate(names)},
    }


def price_at(forward, strike, discount, volatility, tau):
    f, k, d, s = (mpf(x) / WAD for x in (forward, strike, discount, volatility))
    v = s * sqrt(mpf(tau) / YEAR)
    if v == 0:  # the limit
        return [wad(d * max(f - k, 0)), wad(d * max(k - f, 0))]
    d1 = log(f / k) / v + v / 2
    d2 = d1 - v
    return [wad(d * (f * cdf(d1) - k * cdf(d2))), wad(d * (k * cdf(-d2) - f * cdf(-d1)))]


def black76_corners():
    """The ends of every input, the middle in between: prices below 2^112, volatility and discount below 2^64, tau below 2^32."""
    rows = []
    last = 2**112 - 1
    pairs = [(f, k) for f in (1, 2000 * WAD, last) for k in (1, 2000 * WAD, last)]
    pairs += [(2, 1), (1, 2), (1000, 1001), (last, last - 1), (last - 1, last), (last, last // 2), (last // 2, last)]
    # Near the money, at half and double the forward, and far beyond it
    pairs += [(f, f * n // 10**4) for f in (10**6, 10**10, 10**31) for n in (9999, 10001, 5000, 20000, 10**6)]
    for forward, strike in pairs:
        for volatility in (0, 1, 5 * 10**17, 2**64 - 1):
            for tau in (0, 1, 30 * 86400, 2**32 - 1):
                rows.append([forward, strike, WAD, volatility, tau])
        for volatility, tau in ((5 * 10**17, 30 * 86400), (2**64 - 1, 2**32 - 1)):
            for discount in (0, 1, 2**64 - 1):
                rows.append([forward, strike, discount, volatility, tau])
    rows = [row + price_at(*row) for row in rows]
    names = "forward strike discount volatility tau call put".split()
    return {
        "source": "Black (1976), eq. 16, by mpmath, 50 digits, at the corners of the domain; intrinsic where the total volatility is zero",
        "tolerance": "beyond 3 wei: 2e-16 max(forward, strike), times max(1, discount)",
        **{name: [str(row[i]) for row in rows] for i, name in enumerate(names)},
    }


def svi():
    rows = []
    q40 = 1 << 40
    for _ in range(120):
        b = int(q40 * 10 ** random.uniform(-3, 0))
        rho = int(q40 * random.uniform(-0.95, 0.95))
        m = int(q40 * random.uniform(-0.5, 0.5))
        sigma = int(q40 * 10 ** random.uniform(-3, 0.3))
        floor = mpf(b) * sigma / q40 * sqrt(1 - (mpf(rho) / q40) ** 2)
        a = int(q40 * 10 ** random.uniform(-4, -1) - floor * random.uniform(0, 0.99))
        if a + floor < q40 * 1e-5:
            continue
        k = wad(random.uniform(-4, 4))
        tau = log_uniform(3, 8.5)
        aa, bb, rr, mm, ss = (mpf(x) / q40 for x in (a, b, rho, m, sigma))
        z = mpf(k) / WAD - mm
        w = aa + bb * (rr * z + sqrt(z * z + ss * ss))
        rows.append([a, b, rho, m, sigma, k, tau, wad(w), wad(sqrt(w * YEAR / tau))])
    names = "a b rho m sigma k tau variance volatility".split()
    return {
        "source": "raw SVI, Gatheral (2004), by mpmath, 50 digits; fields in Q40",
        "tolerance": "3 wei and 1e-16 of the size of the terms",
        **{name: [str(row[i]) for row in rows] for i, name in enumerate(names)},
    }


def main():
    reference = {
        "exp": one_argument("e^x", [0, 1, -1, WAD, -WAD, 134 * WAD, -41 * WAD, -42 * WAD]
            + [wad(random.uniform(-42, 134)) for _ in range(100)], exp, "1 wei and 1e-18 of the value"),
        "ln": one_argument("ln x", [1, 2, WAD - 1, WAD, WAD + 1, 2 * WAD, 2**128 - 1]
            + [log_uniform(0, 38) for _ in range(100)], log, "1 wei"),
        "sqrt": one_argument("√x", [0, 1, 2, WAD - 1, WAD, WAD + 1, 2**128 - 1]
            + [log_uniform(0, 38) for _ in range(100)], sqrt, "1 wei and 1e-24 of the value"),
        "cdf": one_argument("Φ(x)", [0, 1, -1, WAD, -WAD, 9 * WAD - 1, -9 * WAD + 1, 10 * WAD]
            + [wad(random.uniform(-9, 9)) for _ in range(100)], cdf, "50 wei: 5e-17"),
        "black76": black76(),
        "svi": svi(),
        "black76Corners": black76_corners(),
    }
    path = Path(__file__).with_name("math-reference.json")
    path.write_text(json.dumps(reference, ensure_ascii=False, indent=0, separators=(",", ":")).replace('",\n"', '","') + "\n")


main()

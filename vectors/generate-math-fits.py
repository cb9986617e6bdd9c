"""Writes math-fits.json: how close the coefficients of Ln, Exp and NormalCdf come, measured with 70 digits (mpmath).

For each of the three it prints the error of what the contracts carry, at the points where it is largest, beside the error of
the best fit of the same form, found by Remez' exchange. The project's tests read the JSON only; this script is
needed to change it: python3 vectors/generate-math-fits.py

`values` are the integers of the contracts; `best` what the exchange ends with, in the same scale. x, truth and weight are
Q200: the error at x is weight·(value − truth). First come the extremes of the error, then the
last point that can occur, then points evenly spaced.
"""
import json
from pathlib import Path

from mpmath import atanh, erfc, exp, lu_solve, matrix, mp, mpf, nint, pi, sin, sqrt

mp.dps = 70
Q200 = mpf(2) ** 200
EVEN = 24  # points beside the extremes
RELATIVE_END = mpf(10) ** -9  # the exchange ends when its worst point is no worse than this above the level


class Ln:
    """ln r = t·(a0 + a1/(c1 − u − a2/(c2 − u − a3/(c3 − u)))), u = t², t up to (√2 − 1)/(√2 + 1); absolute error."""

    low, high, bits = mpf(10) ** -9, 3 - 2 * sqrt(2), [96, 192, 96, 192, 96, 192, 96]
    last = mpf(75) / 437  # for a ratio 181/128 stands for √2, and lets t come this far
    names = ["A0", "A1", "C1", "A2", "C2", "A3", "C3"]
    # The exchange that these digits come from, and those of exp, ended before its level: they stand here and not only in the contract.
    values = [
        33361952569641741730572686110, 36942886082470923778123338967512509696180230553558026324989,
        399696389142951490036287999577, 20368771843338463170205776731025487987960533457261509365046,
        202701586579773361011828236794, 782700359583324603440214161424298939745736948137661167374,
        103613551048006966376230100699,
    ]
    degrees = (3, 3)
    start = [(3 - 2 * sqrt(2)) * sin(pi / 16 * (i + 1)) for i in range(8)]

    def truth(self, t):
        return 2 * atanh(t)

    def weight(self, t):
        return mpf(1)

    def argument(self, t):
        return t * t

    def rational(self, t, value):
        return value / t

    def value(self, t, rational):
        return t * rational

    def fraction(self, top, bottom):
        return [-each if i else each for i, each in enumerate(whole_and_jacobi(top, bottom))]

    def evaluate(self, coefficients, t):
        u, (a0, *rest) = t * t, coefficients
        value, least = jacobi_fraction([-each for each in rest], u)
        return t * (a0 + value), least


class Exp:
    """2^f = (g + f)/(g − f) with g = b0 − b1/(u + d1 − b2/(u + d2)), u = f², f up to 1/2; relative error."""

    low, high, bits = mpf(10) ** -9, mpf(1) / 2, [64, 128, 64, 128, 64]
    last = high
    names = ["B0", "B1", "D1", "B2", "D2"]
    values = [
        798790383507021970010, 9454264355984505094226879044267105250498337, 14378040674458096325820,
        2985950745707670688400092634544255693259304, 1759175107898138568122,
    ]
    degrees = (2, 2)
    start = [sin(pi / 12 * (i + 1)) / 2 for i in range(6)]

    def truth(self, f):
        return mpf(2) ** f

    def weight(self, f):
        return mpf(2) ** -f

    def argument(self, f):
        return f * f

    def rational(self, f, value):
        return f * (value + 1) / (value - 1)  # g

    def value(self, f, rational):
        return (rational + f) / (rational - f)

    def fraction(self, top, bottom):
        return [-each if i % 2 else each for i, each in enumerate(whole_and_jacobi(top, bottom))]

    def evaluate(self, coefficients, f):
        b0, b1, d1, b2, d2 = coefficients
        value, least = jacobi_fraction([-b1, d1, -b2, d2], f * f)
        g = b0 + value
        return (g + f) / (g - f), min(least, abs(g - f))


class Mills:
    """Φ(−x)/exp(−x²/2) = a0/(x + c0 + a1/(x + c1 + … a6/(x + c6))), x up to 8.5; absolute error of Φ. a and c alternate here."""

    low, high, bits = mpf(0), mpf("8.5"), [128, 64] * 7
    last = high
    names = [letter + str(i) for i in range(7) for letter in "AC"]
    decimals = (
        "1.000012729866618003474646", "0.0008092545465641207350825163", "0.9744370092527850167624241",
        "-0.550136570649900259245184", "10.95410091975012217727519", "10.83015095563017919921119",
        "-3.57046826598064854001487", "-39.17417676835533338167829", "1784.020259595579637091712",
        "44.64938022696674830755342", "0.4700903691104195335362044", "3.086986489129549991343991",
        "20.34473185655786210904094", "0.7726539349293943616946135",
    )
    # The first carries 1/√(2π).
    values = [int(nint(mpf(d) * mpf(2) ** (64 if i % 2 else 128) / (1 if i else sqrt(2 * pi)))) for i, d in enumerate(decimals)]
    degrees = (6, 7)
    # Near enough to where the extremes settle: from afar the exchange meets poles. Beyond 5 the density leaves nothing to be wrong about.
    start = [mpf(x) / 100 for x in (0, 2, 8, 18, 33, 51, 74, 101, 132, 167, 208, 256, 313, 380, 480)]

    def truth(self, x):
        return erfc(x / sqrt(2)) / 2 * exp(x * x / 2)

    def weight(self, x):
        return exp(-x * x / 2)

    def argument(self, x):
        return x

    def rational(self, x, value):
        return value

    def value(self, x, rational):
        return rational

    def fraction(self, top, bottom):
        return jacobi(top, bottom)

    def evaluate(self, coefficients, x):
        return jacobi_fraction(coefficients, x)


def jacobi_fraction(coefficients, x):
    """a0/(x + c0 + a1/(x + c1 + …)), a and c alternating, and the least of its denominators."""
    value, least = mpf(0), mpf("inf")
    for a, c in zip(reversed(coefficients[::2]), reversed(coefficients[1::2])):
        least = min(least, abs(x + c + value))
        value = a / (x + c + value)
    return value, least


def jacobi(top, bottom):
    """a0, c0, a1, c1, … of a0/(x + c0 + a1/(x + c1 + …)) that equals top/bottom; polynomials are lists from the constant term on."""
    out = []
    while top:
        upper, lower = [p / top[-1] for p in top], [q / bottom[-1] for q in bottom]
        shifted = [q - p for q, p in zip(lower, [mpf(0)] + upper)]
        c = shifted[len(upper) - 1]
        out += [top[-1] / bottom[-1], c]
        top, bottom = [s - c * p for s, p in zip(shifted, upper)][:-1], upper
    return out


def whole_and_jacobi(top, bottom):
    """b, then as `jacobi`, of b + a0/(x + c0 + a1/(x + c1 + …)) that equals top/bottom, both of one degree."""
    whole = top[-1] / bottom[-1]
    return [whole] + jacobi([p - whole * q for p, q in zip(top, bottom)][:-1], bottom)


def polynomial(coefficients, x):
    value = mpf(0)
    for c in reversed(coefficients):
        value = value * x + c
    return value


def interpolated(fit, points, errors):
    """Top and bottom of the rational function that is off by the given errors at the points."""
    n, m = fit.degrees
    rows, right = matrix(n + m + 1, n + m + 1), matrix(n + m + 1, 1)
    for i, (x, error) in enumerate(zip(points, errors)):
        u, y = fit.argument(x), fit.rational(x, fit.truth(x) + error / fit.weight(x))
        for j in range(n + 1):
            rows[i, j] = u**j
        for j in range(1, m + 1):
            rows[i, n + j] = -y * u**j
        right[i] = y
    solved = list(lu_solve(rows, right))
    return solved[: n + 1], [mpf(1)] + solved[n + 1 :]


def levelled(fit, points):
    """The level at which the error alternates over all points, one more than there are coefficients; by secants."""

    def miss(level):
        top, bottom = interpolated(fit, points[:-1], [(-1) ** i * level for i in range(len(points) - 1)])
        return error_of(fit, top, bottom, points[-1]) - (-1) ** (len(points) - 1) * level, top, bottom

    before, level = mpf(0), mpf(10) ** -19
    last, (now, top, bottom) = miss(before)[0], miss(level)
    while abs(level - before) > abs(level) * mpf(10) ** -40:
        before, last, level = level, now, level - now * (level - before) / (now - last)
        now, top, bottom = miss(level)
    return level, top, bottom


def error_of(fit, top, bottom, x):
    u = fit.argument(x)
    value = fit.value(x, polynomial(top, u) / polynomial(bottom, u))
    return fit.weight(x) * (value - fit.truth(x))


def peak(error, low, high):
    """Where the size of the error is largest between two points around one extreme."""
    for _ in range(14):
        grid = [low + (high - low) * k / 8 for k in range(9)]
        best = max(range(9), key=lambda k: abs(error(grid[k])))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 8)]
    return grid[best]


def exchange(fit):
    """Remez: level the error, move every point to its nearest extreme, and again."""
    points = fit.start
    while True:
        level, top, bottom = levelled(fit, points)

        def error(x):
            return error_of(fit, top, bottom, x)

        edges = [fit.low] + [(a + b) / 2 for a, b in zip(points, points[1:])] + [fit.high]
        points = [peak(error, a, b) for a, b in zip(edges, edges[1:])]
        worst = max(abs(error(x)) for x in points)
        if worst < abs(level) * (1 + RELATIVE_END):
            return abs(level), fit.fraction(top, bottom), points


def measured(fit, name, tolerance):
    carried = [mpf(v) / mpf(2) ** bits for v, bits in zip(fit.values, fit.bits)]

    def error(x):
        return fit.weight(x) * (fit.evaluate(carried, x)[0] - fit.truth(x))

    level, best, _ = exchange(fit)
    grid = [fit.low + (fit.high - fit.low) * k / 800 for k in range(801)]
    sizes = [abs(error(x)) for x in grid]
    worst = max(sizes)
    inner = [peak(error, grid[k - 1], grid[k + 1]) for k in range(1, 800)
             if sizes[k - 1] < sizes[k] >= sizes[k + 1] and sizes[k] > worst / 2]
    ends = [x for x in (grid[0], grid[-1]) if abs(error(x)) > worst / 2]
    extremes = sorted(inner + ends)
    errors = [error(x) for x in extremes]
    least, best_least = (min(fit.evaluate(c, x)[1] for x in grid) for c in (carried, best))
    print(f"{name}: largest error {float(max(map(abs, errors))):.5e}, the other extremes down to {float(min(map(abs, errors))):.5e}"
          f" ({len(errors)} of them); best of this form {float(level):.5e} at {len(fit.start)} extremes.")
    print(f"  Least denominator {float(least):.4f}; of the best {float(best_least):.4f}.")
    print(f"  At {float(fit.last):.6g} the error is {float(error(fit.last)):.5e}.")
    points = extremes + [fit.last] + [fit.low + (fit.high - fit.low) * k / EVEN for k in range(EVEN + 1)]
    points = [nint(x * Q200) / Q200 for x in points]

    def integers(numbers):
        return [str(int(nint(n))) for n in numbers]

    return {
        "source": fit.__doc__.split(";")[0] + "; by mpmath, 70 digits",
        "tolerance": tolerance,
        "names": fit.names,
        "values": [str(v) for v in fit.values],
        "best": integers(b * mpf(2) ** bits for b, bits in zip(best, fit.bits)),
        "extremes": str(len(extremes)),
        "x": integers(x * Q200 for x in points),
        "truth": integers(fit.truth(x) * Q200 for x in points),
        "weight": integers(fit.weight(x) * Q200 for x in points),
    }


def main():
    fits = {
        "ln": measured(Ln(), "ln", "4.2e-20 of ln r, 4.5e-20 at the last point"),
        "exp": measured(Exp(), "exp", "8.5e-19 of the value"),
        "mills": measured(Mills(), "mills", "4.7e-17 of the probability"),
    }
    path = Path(__file__).with_name("math-fits.json")
    path.write_text(json.dumps(fits, ensure_ascii=False, indent=0, separators=(",", ":")).replace('",\n"', '","') + "\n")


main()

"""Prices three orders of the test market with 50 digits, from the formulae in docs and nothing else.

Prints, per order: fair, potential, spread, latency, carry, fee, net (collateral) and delta, vega, margin of the book after.
The market: spot 2,000, E 1,000,000, rate 4 %, slice w(k) = a + b(rho(k - m) + sqrt((k - m)^2 + s^2)) with
a = w/2, b = w/(2 s), rho = -0.1, m = 0, s = 0.2, w = 0.36 tau, W = 30 min, parameters of MarketFixture.
A report's numbers are rounded as the oracle stores them, halves up: a to 33 binary digits, b to 27, rho to 24, s to 25, and
the spot it was fitted at, here the spot, to 22 significant ones. Half-spread: 0.5 times that ratio's logarithm is added.
"""
from decimal import Decimal as D, getcontext
getcontext().prec = 50
YEAR = D(31536000)
PI = D('3.14159265358979323846264338327950288419716939937510582')

def cdf(x):
    # Series of Marsaglia (2004), J. Stat. Software 11(4): 1/2 + phi(x) (x + x^3/3 + x^5/15 + ...)
    t = s = x
    i = 1
    while abs(t) > D('1e-48'):
        i += 2
        t = t * x * x / i
        s += t
    return D('0.5') + s * pdf(x)

def pdf(x): return (-x * x / 2).exp() / (2 * PI).sqrt()
def kept(x, digits):
    # x in units of 2^-40
    step = 2**(40 - digits)
    return D((int(x) + step // 2) // step * step) / 2**40

def kept_spot(x):
    wei = int(x * D(10)**18)
    step = 2**max(0, wei.bit_length() - 22)
    return D((wei + step // 2) // step * step) / D(10)**18

S, E, R, W = D(2000), D(1000000), D('0.04'), D(1800)
KNOTS = [(86400, '0.15'), (7*86400, '0.18'), (14*86400, '0.22'), (30*86400, '0.28'), (60*86400, '0.33'), (90*86400, '0.36')]
TENOR = [(86400, '2'), (7*86400, '1.5'), (30*86400, '1'), (180*86400, '1.25')]
DELTA = [D(2), D('1.25'), D(1), D('1.25'), D(2)]

def interp(table, t):
    if t <= table[0][0]: return D(table[0][1])
    for (a, x), (b, y) in zip(table, table[1:]):
        if t <= b: return D(x) + (D(y) - D(x)) * (t - a) / (b - a)
    return D(table[-1][1])

class Option:
    def __init__(o, days, K, call):
        o.tau = D(days * 86400); o.K = D(K); o.call = call
        # As MarketFixture gives it to the oracle, in units of 2^-40
        w = int(D(int(D('0.36e18') * o.tau / YEAR)) * 2**40 / D(10)**18)
        s = 2**40 * 2 // 10
        a, b, rho = kept(w // 2, 33), kept(w * 2**40 // (2 * s), 27), kept(-(2**40 // 10), 24)
        s = kept(s, 25)
        F = S; k = (o.K / F).ln()
        var = (a + b * (rho * k + (k * k + s * s).sqrt())) * (o.tau - W + W / 3) / o.tau
        v = var.sqrt(); root = ((o.tau - W + W / 3) / YEAR).sqrt()
        disc = (-R * o.tau / YEAR).exp()
        d1 = (F / o.K).ln() / v + v / 2; d2 = d1 - v
        o.n1 = cdf(d1)
        c = disc * (F * o.n1 - o.K * cdf(d2))
        o.value = c if call else c - disc * (F - o.K)
        o.delta = disc * (o.n1 if call else o.n1 - 1)
        o.gamma = disc * pdf(d1) / (F * v)
        o.vega = disc * F * pdf(d1) * root
        U = interp(KNOTS, o.tau); sh = D('0.6')
        m = (U * min(S, sh * o.K) + max(S - sh * o.K, 0)) if call else (U * min(o.K, sh * S) + max(o.K - sh * S, 0))
        o.margin = max(m, o.value * D('1.15') + S * D('0.02')) * (D('1.3') if call else D('1.2'))
        x = o.n1 * 4; i = int(x)
        o.h = D('0.01') * interp(TENOR, o.tau) * (DELTA[i] + (DELTA[i + 1] - DELTA[i]) * (x - i)) + D('0.5') * abs((S / kept_spot(S)).ln())

def phi(book):
    x = sum(n * o.delta for o, n in book) * S / E
    nus = {}
    for o, n in book:
        nus[o.tau] = nus.get(o.tau, D(0)) + n * o.vega * (30 * 86400 / max(o.tau, D(7 * 86400))).sqrt() * D('0.6') / E
    nu = sum(nus.values()); squares = sum(z * z for z in nus.values())
    g = min(D(0), sum(n * o.gamma for o, n in book) * S * S / 100) / E
    u = sum(-n * o.margin for o, n in book if n < 0) / E
    return E * (D('0.001') * abs(x) + D('0.05') * x * x / 2 + D('0.5') * nu * nu / 2 + D('0.25') * squares / 2
                + 5 * g * g / 2 + D('0.05') * max(D(0), u - D('0.5')) ** 2 / 2)

def quote(legs, book=()):
    after = list(book) + [(o, -n) for o, n in legs]
    p = dict(fair=sum(n * o.value for o, n in legs), potential=phi(after) - phi(book))
    p['spread'] = sum(abs(n) * o.h * o.vega for o, n in legs)
    p['latency'] = sum(abs(n) * D('0.006') * abs(o.delta) * S for o, n in legs)
    p['carry'] = sum(n * o.tau / YEAR * (D('0.02') * abs(o.delta) * S + D('0.01') * o.margin) for o, n in legs)
    p['fee'] = sum(abs(n) * min(D('0.0003') * S, o.value / 8) for o, n in legs)
    p['net'] = sum(p.values())
    p['delta'] = sum(n * o.delta for o, n in after); p['vega'] = sum(n * o.vega for o, n in after)
    p['gamma'] = sum(n * o.gamma for o, n in after)
    p['margin'] = sum(-n * o.margin for o, n in after if n < 0)
    return p

ORDERS = [[(Option(30, 2000, True), D(10))], [(Option(7, 1800, False), D(25))],
          [(Option(90, 2200, True), D('3.5')), (Option(90, 1700, False), D('4.25')), (Option(7, 2000, True), D('0.5'))]]
for legs in ORDERS:
    print({k: int((v * D(10)**18).to_integral_value(rounding='ROUND_HALF_EVEN')) for k, v in quote(legs).items()})

#!/usr/bin/python3
"""Derives the coefficients in vector_math.h and stable_math.c and prints them with their errors.

Each is a minimax approximation found by the Remez exchange algorithm in 50-digit arithmetic
(rational ones by its linearised form: the denominator of the last round scales the error). The
coefficients are then rounded to float or double; the error that the finished C functions have is
measured by tests/test_vector_math.c and tests/test_stable_math.c.
"""

import mpmath as mp
import numpy as np

mp.mp.dps = 50


def remez(function, low, high, n_p, n_q=0, weight=lambda x: 1, rounds=25, grid=2000):
    """P/Q with degrees n_p and n_q, Q(0) = 1, that minimises max |P/Q - function| * weight."""
    xs = [low + (high - low) * (1 - mp.cos(mp.pi * k / grid)) / 2 for k in range(grid + 1)]
    fs = [mp.mpf(function(x)) for x in xs]
    ws = [mp.mpf(weight(x)) for x in xs]
    n = n_p + n_q + 2
    nodes = [round(grid * k / (n - 1)) for k in range(n)]
    for _ in range(rounds):
        q_last = [mp.mpf(1)] * n
        for _ in range(8 if n_q else 1):
            a = mp.matrix(n, n)
            b = mp.matrix(n, 1)
            for i, k in enumerate(nodes):
                for j in range(n_p + 1):
                    a[i, j] = xs[k] ** j
                for j in range(1, n_q + 1):
                    a[i, n_p + j] = -fs[k] * xs[k] ** j
                a[i, n - 1] = (-1) ** i * q_last[i] / ws[k]
                b[i] = fs[k]
            solution = mp.lu_solve(a, b)
            p = list(solution[: n_p + 1])
            q = [mp.mpf(1)] + list(solution[n_p + 1 : n - 1])
            q_last = [mp.polyval(q[::-1], xs[k]) for k in nodes]
        error = [
            (mp.polyval(p[::-1], x) / mp.polyval(q[::-1], x) - f) * w
            for x, f, w in zip(xs, fs, ws)
        ]
        nodes = exchange(error, n)
        worst = max(abs(e) for e in error)
        if worst < 1.0001 * abs(solution[n - 1]):
            break
    return p, q, worst


def exchange(error, n):
    """The largest error of each run of equal signs; the smallest at the ends go first."""
    peaks = []
    for k, e in enumerate(error):
        if peaks and (error[peaks[-1]] > 0) == (e > 0):
            if abs(e) > abs(error[peaks[-1]]):
                peaks[-1] = k
        else:
            peaks.append(k)
    while len(peaks) > n:
        peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
    assert len(peaks) == n, "the error does not alternate often enough"
    return peaks


def show(name, coefficients, single):
    for k, c in enumerate(coefficients):
        number = f"{np.float32(float(c))!s}f" if single else repr(float(c))
        print(f"    {name}{k} = {number}")


def report(title, fitted, single, names="PQ"):
    p, q, worst = fitted
    print(f"{title}: error {mp.nstr(worst, 3)}")
    show(names[0], p, single)
    if len(q) > 1:
        show(names[1], q, single)


def log_remainder(f):
    """(log(1 + f) - f) / f^2"""
    f = mp.mpf(f)
    return (mp.log1p(f) - f) / f**2 if abs(f) > 1e-12 else -mp.mpf(1) / 2 + f / 3


def exp_remainder(r):
    """(exp(r) - 1 - r) / r^2"""
    r = mp.mpf(r)
    return (mp.expm1(r) - r) / r**2 if abs(r) > 1e-12 else mp.mpf(1) / 2 + r / 6


def atanh_remainder(z):
    """(log((1 + s) / (1 - s)) - 2 s) / s with z = s^2"""
    s = mp.sqrt(z)
    return 2 * mp.atanh(s) / s - 2 if s > 1e-12 else 2 * z / 3


def normal_magnitude(u):
    """|z| where 4 P(Z > |z|) P(Z < |z|) = 2^-u"""
    y = mp.mpf(2) ** -u
    x = mp.sqrt(1 - y)
    if u < 1:
        return mp.sqrt(2) * mp.erfinv(x)
    tail = y / (2 * (1 + x))
    z = mp.sqrt(-2 * mp.log(tail))
    return mp.findroot(lambda z: mp.log(mp.erfc(z / mp.sqrt(2)) / 2) - mp.log(tail), 0.95 * z - 0.2)


def normal_slope(u):
    """|z| / (1 - 2 tail) as a function of u = -log2(4 tail (1 - tail))"""
    u = mp.mpf(u)
    if u < mp.mpf(10) ** -20:
        return mp.sqrt(mp.pi / 2)
    return normal_magnitude(u) / mp.sqrt(1 - mp.mpf(2) ** -u)


def tail_ratio(z):
    """P(Z > z) / exp(-z^2 / 2)"""
    z = mp.mpf(z)
    return mp.erfc(z / mp.sqrt(2)) / 2 * mp.exp(z * z / 2)


def main():
    low, high = mp.sqrt(0.5) - 1, mp.sqrt(2) - 1
    half = mp.log(2) / 2
    print("single precision (vector_math.h)")
    report(
        "log(1 + f) = f + f^2 P(f), relative",
        remez(
            log_remainder,
            low,
            high,
            7,
            weight=lambda f: abs(f**2 / mp.log1p(f)) if f else 1e-30,
        ),
        True,
        names=["LOG_"],
    )
    report(
        "exp(r) = 1 + r + r^2 P(r), relative",
        remez(exp_remainder, -half, half, 4, weight=lambda r: r**2 / mp.exp(r) + mp.mpf(10) ** -12),
        True,
        names=["EXP_"],
    )
    report(
        "log2(1 + f) = f P(f), absolute",
        remez(
            lambda f: mp.log1p(f) / f / mp.log(2) if f else 1 / mp.log(2),
            low,
            high,
            7,
            weight=lambda f: abs(f) + mp.mpf(10) ** -12,
        ),
        True,
        names=["LOG2_"],
    )
    # 31 is the value of u at the smallest tail of a word, 2^-33; truncated distributions reach 61.
    report(
        "z = (1 - 2 t) P(u) / Q(u), relative; beyond u = 31 sixteen times more is allowed",
        remez(
            normal_slope,
            mp.mpf(0),
            mp.mpf(61),
            6,
            5,
            weight=lambda u: (1 if u <= 31.2 else mp.mpf(1) / 16) / normal_slope(u),
            grid=1000,
        ),
        True,
        names=["NORMAL_P", "NORMAL_Q"],
    )
    report(
        "P(Z > z) = exp(-z^2 / 2) P(z) / Q(z), relative",
        remez(
            tail_ratio,
            mp.mpf(0),
            mp.mpf("6.6"),
            4,
            5,
            weight=lambda z: 1 / tail_ratio(z),
            grid=1000,
        ),
        True,
        names=["TAIL_P", "TAIL_Q"],
    )
    print("double precision (stable_math.c)")
    top = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2
    report(
        "log((1 + s) / (1 - s)) = 2 s + s z P(z), z = s^2, relative",
        remez(
            lambda z: atanh_remainder(z) / z if z > 1e-24 else mp.mpf(2) / 3,
            mp.mpf(0),
            top,
            6,
            weight=lambda z: z / 2 + mp.mpf(10) ** -25,
        ),
        False,
        names=["LOG_"],
    )
    report(
        "exp(r) = 1 + r + r^2 P(r), relative",
        remez(
            exp_remainder,
            -half,
            half,
            10,
            weight=lambda r: r**2 / mp.exp(r) + mp.mpf(10) ** -25,
        ),
        False,
        names=["EXP_"],
    )


main()

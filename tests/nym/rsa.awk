# SPDX-License-Identifier: LGPL-2.1-or-later
# An RSA private key (PKCS#1, in hexadecimal) from two primes of 1024 bits and
# e = 65537: awk -v p=HEX -v q=HEX -f rsa.awk.  Numbers are limbs of 24 bits,
# the lowest first, a[0] of them in a[1], a[2], ..: all products are exact.

function hex(c) { return index("0123456789abcdef", c) - 1 }

function read_number(h, a,    i, j, v) {
	a[0] = 0
	for (i = length(h); i > 0; i -= 6) {
		v = 0
		for (j = i > 5 ? i - 5 : 1; j <= i; j++)
			v = 16 * v + hex(substr(h, j, 1))
		a[++a[0]] = v
	}
	trim(a)
}

function trim(a) { while (a[0] > 0 && a[a[0]] == 0) a[0]-- }

function copy(a, out,    i) { for (i = 0; i <= a[0]; i++) out[i] = a[i] }

function less(a, b,    i) {
	if (a[0] != b[0])
		return a[0] < b[0]
	for (i = a[0]; i > 0; i--)
		if (a[i] != b[i])
			return a[i] < b[i]
	return 0
}

function add(a, b,    i, c, n) {
	n = a[0] > b[0] ? a[0] : b[0]
	for (i = 1; i <= n; i++) {
		c += (i <= a[0] ? a[i] : 0) + (i <= b[0] ? b[i] : 0)
		a[i] = c % B
		c = int(c / B)
	}
	a[0] = n
	if (c)
		a[++a[0]] = c
}

function sub_from(a, b,    i, c) {
	for (i = 1; i <= a[0]; i++) {
		c = a[i] - (i <= b[0] ? b[i] : 0) - c
		a[i] = c < 0 ? c + B : c
		c = c < 0
	}
	trim(a)
}

function half(a,    i, c, v) {
	for (i = a[0]; i > 0; i--) {
		v = c * B + a[i]
		a[i] = int(v / 2)
		c = v % 2
	}
	trim(a)
}

function times(a, b, out,    i, j, c, v) {
	for (i = 0; i <= a[0] + b[0]; i++)
		out[i] = 0
	for (i = 1; i <= a[0]; i++) {
		c = 0
		for (j = 1; j <= b[0] || c; j++) {
			v = out[i + j - 1] + c + (j <= b[0] ? a[i] * b[j] : 0)
			out[i + j - 1] = v % B
			c = int(v / B)
		}
	}
	out[0] = a[0] + b[0]
	trim(out)
}

function modulo_word(a, m,    i, r) {
	for (i = a[0]; i > 0; i--)
		r = (r * B + a[i]) % m
	return r
}

# 1 / v mod the prime E
function inverse_word(v,    r, x) {
	r = 1
	for (x = E - 2; x > 0; x = int(x / 2)) {
		if (x % 2)
			r = r * v % E
		v = v * v % E
	}
	return r
}

# 1 / E mod m: (1 + k m) / E, with the k that makes it whole
function inverse_of_e(m, out,    i, c, k, v) {
	k = E - inverse_word(modulo_word(m, E))
	c = 1
	for (i = 1; i <= m[0]; i++) {
		v = k * m[i] + c
		out[i] = v % B
		c = int(v / B)
	}
	out[out[0] = m[0] + 1] = c
	c = 0
	for (i = out[0]; i > 0; i--) {
		v = c * B + out[i]
		out[i] = int(v / E)
		c = v % E
	}
	if (c)
		exit 1
	trim(out)
}

function halve_mod(x, m) {
	if (x[1] % 2)
		add(x, m)
	half(x)
}

function sub_mod(x, y, m) {
	if (less(x, y))
		add(x, m)
	sub_from(x, y)
}

function is_one(a) { return a[0] == 1 && a[1] == 1 }

# 1 / a mod m, m odd, a < 2 m
function inverse(a, m, out,    u, v, x, y) {
	copy(a, u)
	if (!less(u, m))
		sub_from(u, m)
	copy(m, v)
	x[0] = x[1] = 1
	y[0] = y[1] = 0
	while (!is_one(u) && !is_one(v)) {
		while (u[1] % 2 == 0) { half(u); halve_mod(x, m) }
		while (v[1] % 2 == 0) { half(v); halve_mod(y, m) }
		if (less(u, v)) {
			sub_from(v, u)
			sub_mod(y, x, m)
		} else {
			sub_from(u, v)
			sub_mod(x, y, m)
		}
	}
	if (is_one(u))
		copy(x, out)
	else
		copy(y, out)
}

function tlv(tag, v,    n) {
	n = length(v) / 2
	return tag (n < 128 ? sprintf("%02x", n) : n < 256 ? \
	    sprintf("81%02x", n) : sprintf("82%04x", n)) v
}

function integer(a,    i, h) {
	for (i = a[0]; i > 0; i--)
		h = h sprintf("%06x", a[i])
	sub(/^(00)+/, "", h)
	if (h == "" || h ~ /^[89a-f]/)
		h = "00" h
	return tlv("02", h)
}

BEGIN {
	B = 16777216
	E = 65537
	one[0] = one[1] = 1
	read_number(p, P)
	read_number(q, Q)
	copy(P, P1)
	sub_from(P1, one)
	copy(Q, Q1)
	sub_from(Q1, one)
	if (modulo_word(P1, E) == 0 || modulo_word(Q1, E) == 0)
		exit 1
	times(P, Q, N)
	times(P1, Q1, PHI)
	inverse_of_e(PHI, D)
	inverse_of_e(P1, DP)
	inverse_of_e(Q1, DQ)
	inverse(Q, P, QI)
	print tlv("30", "020100" integer(N) "0203010001" integer(D) \
	    integer(P) integer(Q) integer(DP) integer(DQ) integer(QI))
}

# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What services of identifiers pay: nymbench's figures (a second file for
# report.awk, which calls judge_nym and text_nym).

$1 == "nym" {
	figures++
	figure[$2] = $3
}

function judge_nym()
{
	claim("assertions verified, of what OpenSSL verifies signatures", \
		figure["verify_of_bare"], ">=", 0.75, \
		sprintf("%.0f %%", figure["verify_of_bare"] * 100))
	claim("proof in an exclusion list of a million: milliseconds", \
		figures ? figure["xl_proof_us"] / 1000 : "", "<=", 1, \
		sprintf("%.3f", figure["xl_proof_us"] / 1000))
}

function text_nym()
{
	if (!figures)
		return
	printf "\nServices of identifiers, one thread, seconds of the " \
		"processor: nym_verify in full (form, scope,\nchallenge, " \
		"time, key, signature, identifier), and in turn with it the " \
		"bare EVP_PKEY_verify that\n\"openssl speed ecdsap256\" counts, " \
		"with one key that is ready.  The aim is 90 %%: an " \
		"assertion brings a key of its own in 33 bytes,\nwhose second " \
		"coordinate (OpenSSL\047s general square root, most of the " \
		"difference) and whose object are made\neach time, and is " \
		"hashed and read.  The library\047s root was preferred to " \
		"quicker arithmetic of our own\n\n"
	printf "%-60s %8d\n", "assertions a second", figure["verify_per_second"]
	printf "%-60s %8d\n", "bare signatures a second", \
		figure["bare_per_second"]
	printf "%-60s %8.1f\n", "list of a million: made in seconds", \
		figure["xl_build_seconds"]
	printf "%-60s %8.1f\n", "a proof from it: microseconds", \
		figure["xl_proof_us"]
	printf "%-60s %8.1f\n", "the same, the slowest of 10000", \
		figure["xl_proof_worst_us"]
	printf "%-60s %8.1f\n", "a proof checked: microseconds", \
		figure["xl_check_us"]
	printf "%-60s %8d\n", "its bytes", figure["xl_proof_bytes"]
}

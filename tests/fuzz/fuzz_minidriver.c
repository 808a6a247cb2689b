/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host's calls of the minidriver, over its whole table, and the card, the
 * reader, other programs, memory and the clock around them, all of the input's
 * choice.  Every answer is a documented code; what is handed out is defined and
 * comes from the host's memory, nothing is lost of it; a call that carries a
 * PIN sends one VERIFY at most and no other sends any; after a log-out that
 * succeeded nothing is verified on the card.
 */
#include <string.h>

#include "tests/fuzz/md_stage.h"

const char fuzz_name[] = "minidriver";

/* --- PINs ----------------------------------------------------------------- */

static void
call_login(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	const unsigned how = feed_u8(&s->f);
	const PIN_ID id = md_stage_pin_id(s);
	const DWORD flags = how < 240 ? 0 : md_stage_flags(s);
	DWORD tries = 77, session_len = 77, len, rc;
	PDWORD out = (how & 15) == 15 ? NULL : &tries;
	PBYTE pin = md_stage_pin(s, &len), session = (PBYTE)&tries;
	LPWSTR user;

	if ((how & 3) == 3) {
		user = md_stage_name(s);
		rc = DONE(
		    s, ONE_VERIFY, md_authenticate_pin(c, user, pin, len, out));
		free(user);
	} else {
		rc = DONE(s, ONE_VERIFY,
		    md_authenticate_ex(c, id, flags, pin, len,
			(how & 4) != 0 ? &session : NULL,
			(how & 4) != 0 ? &session_len : NULL, out));
		MUST((how & 4) == 0 || (session == NULL && session_len == 0));
	}
	MUST(out == NULL || tries <= 15 || tries == (DWORD)-1);
	MUST(out == NULL || rc != (DWORD)SCARD_W_CHV_BLOCKED || tries == 0);
	MUST(rc != ERROR_SUCCESS || len > 0);
	free(pin);
}

static void
call_change(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	const unsigned how = feed_u8(&s->f);
	const PIN_ID id = md_stage_pin_id(s);
	const DWORD flags = how < 240 ? 2 : md_stage_flags(s);
	const DWORD retries = how == 99 ? 3 : 0;
	DWORD tries = 77, old_len, new_len;
	PBYTE from = md_stage_pin(s, &old_len), to = md_stage_pin(s, &new_len);
	LPWSTR user;

	if ((how & 1) != 0) {
		user = md_stage_name(s);
		(void)DONE(s, ONE_CHANGE,
		    md_change_authenticator(c, user, from, old_len, to, new_len,
			retries, flags, &tries));
		free(user);
	} else {
		(void)DONE(s, ONE_CHANGE,
		    md_change_authenticator_ex(c, flags, id, from, old_len,
			how == 98 ? md_stage_pin_id(s) : id, to, new_len,
			retries, &tries));
	}
	MUST(tries <= 15 || tries == (DWORD)-1);
	free(from);
	free(to);
}

static void
call_logout(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	const unsigned how = feed_u8(&s->f);
	const PIN_SET pins = how < 200 ? 1u << (1 + (how & 2)) : how;
	LPWSTR user;
	DWORD rc;

	if ((how & 1) != 0) {
		user = md_stage_name(s);
		rc = DONE(
		    s, NO_PIN, md_deauthenticate(c, user, md_stage_flags(s)));
		free(user);
	} else {
		rc = DONE(s, NO_PIN,
		    md_deauthenticate_ex(c, pins, md_stage_flags(s)));
	}
	MUST(rc != ERROR_SUCCESS || ((how & 1) == 0 && pins == 1) ||
	     !hostile_verified(&s->h));
}

static void
call_challenge(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	PBYTE data = (PBYTE)&c;
	DWORD len = 77, rc;

	if (feed_below(&s->f, 2) == 0)
		rc = DONE(s, NO_PIN, md_get_challenge(c, &data, &len));
	else
		rc = DONE(s, NO_PIN,
		    md_get_challenge_ex(
			c, md_stage_pin_id(s), &data, &len, md_stage_flags(s)));
	md_stage_given(rc, data, len);
}

/* --- signatures ----------------------------------------------------------- */

static void
fill_padding(struct md_stage *s, CARD_SIGNING_INFO *info, LPWSTR name)
{
	static const DWORD types[] = { CARD_PADDING_PKCS1, CARD_PADDING_PSS,
		CARD_PADDING_NONE, CARD_PADDING_OAEP, 0, 3 };
	MD_PSS_PADDING *pss;
	MD_PKCS1_PADDING *pkcs1;

	info->dwSigningFlags |= CARD_PADDING_INFO_PRESENT;
	info->dwPaddingType = types[feed_below(&s->f, NELEM(types))];
	if (info->dwPaddingType == CARD_PADDING_PSS) {
		MUST((pss = malloc(sizeof *pss)) != NULL);
		pss->pszAlgId = name;
		pss->cbSalt = feed_u8(&s->f) < 200 ? 32 : feed_u8(&s->f);
		info->pPaddingInfo = pss;
		return;
	}
	MUST((pkcs1 = malloc(sizeof *pkcs1)) != NULL);
	pkcs1->pszAlgId = name;
	info->pPaddingInfo = pkcs1;
}

static void
call_sign(struct md_stage *s)
{
	static const UINT algs[] = { MD_CALG_SHA_256, MD_CALG_SHA1, 0,
		MD_CALG_SHA_384, MD_CALG_SHA_512, MD_CALG_SSL3_SHAMD5,
		MD_CALG_MD5, 0x8010, 0x2400, 0xffffffff };
	static const DWORD lens[] = { 32, 20, 51, 48, 64, 36, 16, 245, 0, 1 };
	CARD_DATA *c = md_stage_card(s);
	const unsigned how = feed_u8(&s->f);
	const unsigned alg = feed_below(&s->f, NELEM(algs));
	LPWSTR name = md_stage_name(s);
	CARD_SIGNING_INFO info;
	DWORD rc;

	memset(&info, 0xee, sizeof info);
	info.dwVersion = how < 250 ? 1 + (how & 1) : how & 3;
	info.bContainerIndex = md_stage_index(s);
	info.dwKeySpec = how == 249 ? 7 : info.bContainerIndex == 0 ? 1 : 2;
	info.dwSigningFlags = how < 200 ? 0 : md_stage_flags(s);
	info.aiHashAlg = algs[alg];
	info.pPaddingInfo = NULL;
	if ((how & 4) != 0)
		info.pbData = md_stage_bytes(s, &info.cbData);
	else
		MUST((info.pbData = calloc(1, (info.cbData = lens[alg]) + 1)) !=
		     NULL);
	if ((how & 24) == 24)
		fill_padding(s, &info, name);
	if (how == 248) {
		free(info.pbData);
		info.pbData = NULL;
	}
	rc = DONE(
	    s, NO_PIN, md_sign_data(c, feed_u8(&s->f) == 255 ? NULL : &info));
	if (info.pbSignedData != (PBYTE)0xeeeeeeeeeeeeeeee) {
		if ((info.dwSigningFlags & CARD_BUFFER_SIZE_ONLY) != 0)
			MUST(info.pbSignedData == NULL);
		else
			md_stage_given(
			    rc, info.pbSignedData, info.cbSignedData);
		MUST(rc != ERROR_SUCCESS || info.cbSignedData == 256);
	}
	free(info.pbData);
	free(info.pPaddingInfo);
	free(name);
}

/* --- what there is -------------------------------------------------------- */

static void
call_file(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	LPSTR dir = md_stage_file(s), file = md_stage_file(s), names = file;
	PBYTE data = (PBYTE)&c;
	DWORD len = 77, rc;
	CARD_FILE_INFO info;

	switch (feed_below(&s->f, 5)) {
	case 0:
		rc = DONE(s, NO_PIN,
		    md_enum_files(c, dir, &names, &len, md_stage_flags(s)));
		MUST(rc != ERROR_SUCCESS || names[len - 1] == '\0');
		md_stage_given(rc, names, len);
		break;
	case 1:
		memset(&info, 0xee, sizeof info);
		rc = DONE(s, NO_PIN, md_get_file_info(c, dir, file, &info));
		MUST(info.dwVersion == 1);
		MUST(rc == ERROR_SUCCESS || info.cbFileSize == 0);
		break;
	case 2:
		(void)DONE(
		    s, NO_PIN, md_read_file(c, dir, file, 0, NULL, &len));
		(void)DONE(s, NO_PIN, md_enum_files(c, dir, NULL, NULL, 0));
		(void)DONE(s, NO_PIN, md_get_file_info(c, dir, file, NULL));
		break;
	default:
		rc = DONE(s, NO_PIN,
		    md_read_file(c, dir, file, md_stage_flags(s), &data, &len));
		md_stage_given(rc, data, len);
		break;
	}
	free(dir);
	free(file);
}

static void
check_info(DWORD rc, const CONTAINER_INFO *info)
{
	MUST(rc == ERROR_SUCCESS ||
	     (info->pbKeyExPublicKey == NULL && info->pbSigPublicKey == NULL));
	if (rc != ERROR_SUCCESS)
		return;
	if (info->pbKeyExPublicKey != NULL)
		md_stage_given(
		    rc, info->pbKeyExPublicKey, info->cbKeyExPublicKey);
	else
		md_stage_given(rc, info->pbSigPublicKey, info->cbSigPublicKey);
}

static void
call_container(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	const BYTE index = md_stage_index(s);
	CONTAINER_INFO info;
	DWORD room, len = 77, rc;
	LPWSTR name;
	PBYTE data;

	memset(&info, 0xee, sizeof info);
	if (feed_below(&s->f, 2) == 0) {
		rc = DONE(s, NO_PIN,
		    md_get_container_info(c, index, md_stage_flags(s), &info));
		check_info(rc, &info);
		return;
	}
	name = md_stage_name(s);
	room = feed_u8(&s->f);
	MUST((data = malloc(room + 1)) != NULL);
	rc = DONE(s, NO_PIN,
	    md_get_container_property(
		c, index, name, data, room, &len, md_stage_flags(s)));
	MUST(rc != ERROR_SUCCESS || len <= room);
	MUST(rc != ERROR_INSUFFICIENT_BUFFER || len > room);
	if (rc == ERROR_SUCCESS && len == sizeof info) {
		memcpy(&info, data, sizeof info);
		check_info(rc, &info);
	}
	free(name);
	free(data);
}

static void
call_property(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	LPWSTR name = md_stage_name(s);
	const DWORD flags = md_stage_flags(s) | feed_below(&s->f, 4);
	DWORD room = feed_u8(&s->f), len = 77, rc;
	const unsigned how = feed_u8(&s->f);
	PBYTE data;

	MUST((data = malloc(room == 0 ? 1 : room)) != NULL);
	memset(data, 0, room);
	if (room > 0)
		data[0] = (BYTE)(how & 7);
	if (how < 200) {
		rc = DONE(s, NO_PIN,
		    md_get_property(
			c, name, how == 8 ? NULL : data, room, &len, flags));
		MUST(rc != ERROR_SUCCESS || len <= room);
		MUST(rc != ERROR_INSUFFICIENT_BUFFER || len > room);
	} else {
		(void)DONE(s, NO_PIN,
		    md_set_property(c, name, (how & 8) != 0 ? NULL : data, room,
			how < 240 ? 0 : flags));
	}
	free(name);
	free(data);
}

static void
call_query(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	const DWORD flags = md_stage_flags(s);
	CARD_CAPABILITIES caps;
	CARD_FREE_SPACE_INFO space;
	CARD_KEY_SIZES keys;

	switch (feed_below(&s->f, 4)) {
	case 0: (void)DONE(s, NO_PIN, md_query_capabilities(c, &caps)); break;
	case 1:
		(void)DONE(s, NO_PIN, md_query_free_space(c, flags, &space));
		break;
	case 2:
		(void)DONE(s, NO_PIN,
		    md_query_key_sizes(c, feed_u8(&s->f), flags, &keys));
		break;
	default:
		(void)DONE(s, NO_PIN, md_query_capabilities(c, NULL));
		(void)DONE(s, NO_PIN, md_query_free_space(c, flags, NULL));
		(void)DONE(s, NO_PIN, md_query_key_sizes(c, 1, flags, NULL));
		break;
	}
}

/* --- what is refused ------------------------------------------------------ */

static DWORD
refused(struct md_stage *s, CARD_DATA *c, unsigned which)
{
	const BYTE i = md_stage_index(s);
	const DWORD flags = md_stage_flags(s), n = feed_u8(&s->f);
	PBYTE p = NULL;
	PVOID v = NULL;
	DWORD len = 0;
	HANDLE key = NULL;
	char name[] = "mscp";
	WCHAR wide[] = L"AES";

	switch (which) {
	case 0: return md_no_delete_container(c, i, flags);
	case 1: return md_no_create_container(c, i, flags, n, n, p);
	case 2: return md_no_authenticate_challenge(c, p, n, &len);
	case 3: return md_no_unblock_pin(c, wide, p, n, p, n, n, flags);
	case 4: return md_no_create_directory(c, name, n);
	case 5: return md_no_delete_directory(c, name);
	case 6: return md_no_create_file(c, name, NULL, n, n);
	case 7: return md_no_write_file(c, NULL, name, flags, p, n);
	case 8: return md_no_delete_file(c, name, NULL, flags);
	case 9: return md_no_rsa_decrypt(c, NULL);
	case 10: return md_no_construct_dh_agreement(c, NULL);
	case 11: return md_no_derive_key(c, NULL);
	case 12: return md_no_destroy_dh_agreement(c, i, flags);
	case 13: return md_no_set_container_property(c, i, wide, p, n, flags);
	case 14: return md_no_md_import_session_key(c, wide, wide, &key, p, n);
	case 15:
		return md_no_md_encrypt_data(
		    c, key, NULL, p, n, flags, &v, &len);
	case 16:
		return md_no_import_session_key(
		    c, i, v, wide, wide, &key, p, n, flags);
	case 17: return md_no_get_shared_key_handle(c, p, n, &p, &len, &key);
	case 18:
		return md_no_get_algorithm_property(
		    c, wide, NULL, p, n, &len, flags);
	case 19: return md_no_get_key_property(c, key, wide, p, n, &len, flags);
	case 20: return md_no_set_key_property(c, key, wide, p, n, flags);
	case 21: return md_no_destroy_key(c, key);
	case 22:
		return md_no_process_encrypted_data(
		    c, key, wide, v, n, p, n, NULL, flags);
	default: return md_no_create_container_ex(c, i, flags, n, n, p, n);
	}
}

static void
call_refused(struct md_stage *s)
{
	CARD_DATA *c = md_stage_card(s);
	const unsigned sent = s->h.sent;
	const DWORD rc = DONE(s, NO_PIN, refused(s, c, feed_below(&s->f, 24)));

	MUST(rc == (DWORD)SCARD_E_UNSUPPORTED_FEATURE ||
	     rc == (DWORD)SCARD_E_INVALID_PARAMETER);
	MUST(s->h.sent == sent);
}

/* --- the program ---------------------------------------------------------- */

static void
step(struct md_stage *s)
{
	switch (feed_below(&s->f, 24)) {
	case 0:
	case 1:
	case 2:
	case 3: call_login(s); break;
	case 4:
	case 5: call_change(s); break;
	case 6:
	case 7: call_logout(s); break;
	case 8: call_challenge(s); break;
	case 9:
	case 10:
	case 11:
	case 12: call_sign(s); break;
	case 13: call_file(s); break;
	case 14: call_container(s); break;
	case 15: call_property(s); break;
	case 16: call_query(s); break;
	case 17: call_refused(s); break;
	case 18:
		s->who = feed_below(&s->f, MD_STAGE_HOSTS);
		md_stage_acquire(s);
		break;
	default: md_stage_surprise(s); break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct md_stage s;

	md_stage_begin(&s, data, size);
	for (unsigned steps = 0; s.f.left > 0 && steps < 200; steps++)
		step(&s);
	md_stage_end(&s);
	return 0;
}

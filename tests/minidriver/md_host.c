/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/minidriver/md_host.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"

static char home[32];

/* --- memory --------------------------------------------------------------- */

#define HEAD_MAGIC 0x5ca1ab1e0ddba11u

/* Before each block; aligned as malloc's is. */
struct head {
	_Alignas(max_align_t) uint64_t magic;
	size_t size;
};

static atomic_uint live, wrong_frees;
static atomic_int alloc_left = -1; /* -1: no end */
static atomic_int alloc_refused;

static int
may_alloc(void)
{
	const int left = atomic_load(&alloc_left);

	if (left > 0)
		atomic_store(&alloc_left, left - 1);
	if (left == 0)
		atomic_store(&alloc_refused, 1);
	return left != 0;
}

static LPVOID WINAPI
csp_alloc(SIZE_T size)
{
	struct head *h;

	if (!may_alloc() || (h = malloc(sizeof *h + size)) == NULL)
		return NULL;
	h->magic = HEAD_MAGIC;
	h->size = size;
	memset(h + 1, 0xa5, size); /* what nobody wrote is seen */
	atomic_fetch_add(&live, 1);
	return h + 1;
}

static void WINAPI
csp_free(LPVOID mem)
{
	struct head *h = mem;

	if (mem == NULL)
		return;
	if ((--h)->magic != HEAD_MAGIC) {
		atomic_fetch_add(&wrong_frees, 1);
		return;
	}
	memset(h, 0x5a, sizeof *h + h->size);
	free(h);
	atomic_fetch_sub(&live, 1);
}

static LPVOID WINAPI
csp_realloc(LPVOID mem, SIZE_T size)
{
	const struct head *h = mem;
	LPVOID fresh = csp_alloc(size);

	if (fresh == NULL || mem == NULL)
		return fresh;
	h--;
	memcpy(fresh, mem, h->size < size ? h->size : size);
	csp_free(mem);
	return fresh;
}

unsigned
md_host_live(void)
{
	return atomic_load(&live);
}

void
md_host_free(void *mem)
{
	csp_free(mem);
}

void
md_host_alloc_fails(unsigned nth)
{
	atomic_store(&alloc_refused, 0);
	atomic_store(&alloc_left, (int)nth);
}

int
md_host_alloc_failed(void)
{
	atomic_store(&alloc_left, -1);
	return atomic_load(&alloc_refused);
}

/* --- the host's other functions: the driver has no need of any ------------ */

static DWORD WINAPI
cache_add(PVOID cache, LPWSTR tag, DWORD flags, PBYTE data, DWORD len)
{
	(void)cache, (void)tag, (void)flags, (void)data, (void)len;
	return (DWORD)SCARD_E_UNEXPECTED;
}

static DWORD WINAPI
cache_lookup(PVOID cache, LPWSTR tag, DWORD flags, PBYTE *data, PDWORD len)
{
	(void)cache, (void)tag, (void)flags, (void)data, (void)len;
	return (DWORD)SCARD_E_UNEXPECTED;
}

static DWORD WINAPI
cache_delete(PVOID cache, LPWSTR tag, DWORD flags)
{
	(void)cache, (void)tag, (void)flags;
	return (DWORD)SCARD_E_UNEXPECTED;
}

static DWORD WINAPI
pad_data(CARD_SIGNING_INFO *info, DWORD width, DWORD *len, PBYTE *out)
{
	(void)info, (void)width, (void)len, (void)out;
	return (DWORD)SCARD_E_UNEXPECTED;
}

static DWORD WINAPI
get_dh_agreement(CARD_DATA *card, PVOID agreement, BYTE *index, DWORD flags)
{
	(void)card, (void)agreement, (void)index, (void)flags;
	return (DWORD)SCARD_E_UNEXPECTED;
}

static DWORD WINAPI
unpad_data(CARD_RSA_DECRYPT_INFO *info, DWORD *len, PBYTE *out)
{
	(void)info, (void)len, (void)out;
	return (DWORD)SCARD_E_UNEXPECTED;
}

/* --- life ----------------------------------------------------------------- */

static WCHAR card_name[] = L"Jumin";

static void
fill(struct md_host *h, DWORD version)
{
	CARD_DATA *c = &h->card;

	c->dwVersion = version;
	c->pbAtr = h->atr;
	c->cbAtr = (DWORD)h->way.ops->atr(h->way.self, h->atr);
	c->pwszCardName = card_name;
	c->pfnCspAlloc = csp_alloc;
	c->pfnCspReAlloc = csp_realloc;
	c->pfnCspFree = csp_free;
	c->pfnCspCacheAddFile = cache_add;
	c->pfnCspCacheLookupFile = cache_lookup;
	c->pfnCspCacheDeleteFile = cache_delete;
	c->pvCacheContext = &home;
	c->pfnCspPadData = pad_data;
	c->hSCardCtx = 1;
	c->hScard = shim_handle(&h->way);
	if (version >= 5)
		c->pfnCspGetDHAgreement = get_dh_agreement;
	if (version >= 7)
		c->pfnCspUnpadData = unpad_data;
	h->filled = *c;
}

void
md_host_start_link(struct md_host *h, const struct jm_link *way, DWORD version)
{
	memset(h, 0, sizeof *h);
	h->way = *way;
	fill(h, version);
	assert_true(h->card.hScard != 0);
}

void
md_host_start(struct md_host *h, struct vslot *slot, DWORD version)
{
	struct jm_link way;

	assert_int_equal(vslot_link(slot, &way), JM_OK);
	md_host_start_link(h, &way, version);
	h->slot = slot;
}

/* A host begins anew when it is told that the card was reset. */
CARD_DATA *
md_host_before(struct md_host *h)
{
	jm_err e;

	assert_false(h->in_call);
	while ((e = h->way.ops->begin(h->way.self)) == JM_RESET)
		h->resets++;
	h->in_call = e == JM_OK ? 1 : 2;
	if (h->slot != NULL && e != JM_OK)
		h->outside -= vslot_counted(h->slot).outside;
	return &h->card;
}

DWORD
md_host_after(struct md_host *h, DWORD code)
{
	if (h->in_call == 1)
		h->way.ops->end(h->way.self, JM_END_LEAVE);
	else if (h->slot != NULL)
		h->outside += vslot_counted(h->slot).outside;
	h->in_call = 0;
	return code;
}

DWORD
md_host_acquire(struct md_host *h)
{
	return md_host_after(h, CardAcquireContext(md_host_before(h), 0));
}

void
md_host_ready(struct md_host *h, struct vslot *slot)
{
	md_host_start(h, slot, CARD_DATA_VERSION_MAX);
	assert_int_equal(md_host_acquire(h), ERROR_SUCCESS);
	vslot_restart_count(slot);
}

DWORD
md_host_delete(struct md_host *h)
{
	return h->card.pfnCardDeleteContext(&h->card);
}

static void
drop_way(struct md_host *h)
{
	shim_drop(h->card.hScard);
	if (h->slot != NULL) {
		assert_true(vslot_counted(h->slot).outside <= h->outside);
		jm_link_close(&h->way);
	}
}

/* The host's own fields are as it filled them. */
static void
check_untouched(const struct md_host *h)
{
	const CARD_DATA *was = &h->filled, *is = &h->card;

	assert_memory_equal(&is->pbAtr, &was->pbAtr,
	    offsetof(CARD_DATA, hScard) - offsetof(CARD_DATA, pbAtr));
	assert_true(is->pfnCspGetDHAgreement == was->pfnCspGetDHAgreement);
	assert_true(is->pfnCspUnpadData == was->pfnCspUnpadData);
}

void
md_host_stop(struct md_host *h)
{
	assert_false(h->in_call);
	check_untouched(h);
	if (h->card.pvVendorSpecific != NULL)
		assert_int_equal(md_host_delete(h), ERROR_SUCCESS);
	assert_null(h->card.pvVendorSpecific);
	drop_way(h);
	assert_int_equal(atomic_load(&wrong_frees), 0);
	assert_int_equal(md_host_live(), 0);
	assert_int_equal(shim_local_live(), 0);
}

void
md_host_move(struct md_host *h, struct vslot *slot)
{
	drop_way(h);
	assert_int_equal(vslot_link(slot, &h->way), JM_OK);
	h->slot = slot;
	h->card.hScard = shim_handle(&h->way);
	assert_true(h->card.hScard != 0);
}

void
md_host_exchange(struct md_host *h, struct vslot *slot)
{
	assert_true(vslot_counted(h->slot).outside <= h->outside);
	jm_link_close(&h->way);
	assert_int_equal(vslot_link(slot, &h->way), JM_OK);
	h->slot = slot;
	shim_exchange(h->card.hScard, &h->way);
}

/* --- looking -------------------------------------------------------------- */

unsigned
md_host_tries(struct vslot *slot, const char *pin)
{
	static struct vc_info info; /* large */
	const unsigned ref = strcmp(pin, "sign") == 0 ? 0x1b : 0x18;

	assert_int_equal(vc_info(vslot_card(slot), &info), JM_OK);
	for (size_t i = 0; i < info.pin_count; i++)
		if (strcmp(info.pin[i].app, "jpki") == 0 &&
		    info.pin[i].ref == ref)
			return info.pin[i].tries;
	fail_msg("the card has no PIN %s", pin);
	return 0;
}

int
md_host_is(const WCHAR *text, const char *ascii)
{
	size_t i = 0;

	while (text[i] != 0 && text[i] == (WCHAR)(unsigned char)ascii[i])
		i++;
	return text[i] == 0 && ascii[i] == '\0';
}

/* --- groups --------------------------------------------------------------- */

int
md_group_setup_of(const char *profile, const char *apps)
{
	snprintf(home, sizeof home, "%s/jm-md-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(home) == NULL || (setenv("XDG_CONFIG_HOME", home, 1) |
					 setenv("XDG_CACHE_HOME", home, 1) |
					 setenv("XDG_DATA_HOME", home, 1)) != 0)
		return -1;
	return fixture_group_setup_of(profile, apps);
}

const char *
md_group_path(const char *name)
{
	static char path[2][sizeof home + 64];
	static unsigned turn;
	char *p = path[turn++ % 2];

	assert_true((size_t)snprintf(p, sizeof path[0], "%s/%s", home, name) <
		    sizeof path[0]);
	return p;
}

void
md_group_conf(const char *text)
{
	FILE *f;

	(void)mkdir(md_group_path("jumin"), 0700);
	unlink(md_group_path("jumin/jumin.conf"));
	if (text == NULL)
		return;
	assert_non_null(f = fopen(md_group_path("jumin/jumin.conf"), "w"));
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

struct vslot *
md_group_other(void)
{
	static const char *const jpki[] = { "apps=jpki", NULL };
	struct vslot *slot;

	if (access(md_group_path("other"), R_OK) != 0)
		assert_int_equal(
		    vslot_issue(md_group_path("other"), jpki), JM_OK);
	assert_int_equal(
	    vslot_copy(md_group_path("other"), md_group_path("other-copy")),
	    JM_OK);
	assert_int_equal(vslot_open(md_group_path("other-copy"), &slot), JM_OK);
	return slot;
}

int
md_group_setup(void **state)
{
	(void)state;
	return md_group_setup_of(NULL, "apps=jpki");
}

int
md_group_setup_next(void **state)
{
	(void)state;
	return md_group_setup_of("mynumber-next", "apps=jpki");
}

int
md_group_teardown(void **state)
{
	char command[sizeof home + 16];

	snprintf(command, sizeof command, "rm -rf %s", home);
	return (system(command) != 0) | fixture_group_teardown(state);
}

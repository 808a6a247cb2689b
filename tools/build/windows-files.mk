# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is built for Windows, from the top; read by tools/build/windows.mk and,
# for the tarball, by Makefile.am.  Only += of one line each.  The archives may
# hold more than a program needs: the linker takes what is called.

windows_core =
windows_cng =
windows_ossl =
windows_holder =
windows_driver =
windows_setup =
windows_cli =
windows_tests =
windows_support =
windows_unit =
windows_unit_ossl =
windows_unit_sign =

# For every program: libcore.a ------------------------------------------------
windows_core += src/base/err.c
windows_core += src/base/wbuf.c
windows_core += src/base/rbuf.c
windows_core += src/base/tlv.c
windows_core += src/base/hex.c
windows_core += src/base/utf8.c
windows_core += src/base/wipe.c
windows_core += src/base/log.c
windows_core += src/base/access_win.c
windows_core += src/base/conf.c
windows_core += src/base/conf_key.c
windows_core += src/base/conf_win.c
windows_core += src/base/folder.c
windows_core += src/base/folder_win.c
windows_core += src/base/folder_put_win.c
windows_core += src/base/os_win.c
windows_core += src/base/secret_win.c
windows_core += src/base/wide_win.c

windows_core += src/crypto/asn1_put.c
windows_core += src/crypto/asn1_time.c
windows_core += src/crypto/b64url.c
windows_core += src/crypto/curve.c
windows_core += src/crypto/digest.c
windows_core += src/crypto/cms.c
windows_core += src/crypto/cvc.c
windows_core += src/crypto/ec_sig.c
windows_core += src/crypto/pem.c
windows_core += src/crypto/rsa_pad.c
windows_core += src/crypto/x509.c
windows_core += src/crypto/x509_key.c
windows_core += src/crypto/x509_text.c
windows_core += src/crypto/x509_verify.c

windows_core += src/transport/link_borrowed.c
windows_core += src/transport/link_pcsc.c
windows_core += src/transport/pinpad.c
windows_core += src/transport/readers.c
windows_core += src/transport/scard_call_win.c
windows_core += src/transport/scard_err.c
windows_core += src/transport/scard_io.c
windows_core += src/transport/trace.c

windows_core += src/apdu/apdu.c
windows_core += src/apdu/exchange.c
windows_core += src/apdu/sm.c
windows_core += src/apdu/sm_open.c
windows_core += src/apdu/sw.c

windows_core += src/card/atr.c
windows_core += src/card/card.c
windows_core += src/card/file.c
windows_core += src/card/key.c
windows_core += src/card/match.c
windows_core += src/card/pin.c
windows_core += src/card/profile_tab.c
windows_core += src/card/random.c

windows_core += src/objects/apps.c
windows_core += src/objects/at_reader.c
windows_core += src/objects/attr.c
windows_core += src/objects/attr_read.c
windows_core += src/objects/cache.c
windows_core += src/objects/cache_file.c
windows_core += src/objects/cert.c
windows_core += src/objects/data.c
windows_core += src/objects/guard.c
windows_core += src/objects/hold.c
windows_core += src/objects/host.c
windows_core += src/objects/ident.c
windows_core += src/objects/identify.c
windows_core += src/objects/login.c
windows_core += src/objects/nym.c
windows_core += src/objects/nym_seen.c
windows_core += src/objects/pinbox.c
windows_core += src/objects/policy.c
windows_core += src/objects/random.c
windows_core += src/objects/recall.c
windows_core += src/objects/registered.c
windows_core += src/objects/sign.c
windows_core += src/objects/token.c

windows_core += src/nym/assertion.c
windows_core += src/nym/att.c
windows_core += src/nym/batch.c
windows_core += src/nym/card_input.c
windows_core += src/nym/cert.c
windows_core += src/nym/ctx.c
windows_core += src/nym/derive.c
windows_core += src/nym/enc.c
windows_core += src/nym/manifest.c
windows_core += src/nym/origin.c
windows_core += src/nym/registrar.c
windows_core += src/nym/scope.c
windows_core += src/nym/scope_ip.c
windows_core += src/nym/service.c
windows_core += src/nym/text.c
windows_core += src/nym/trust.c
windows_core += src/nym/verify.c
windows_core += src/nym/verify_att.c
windows_core += src/nym/wire.c
windows_core += src/nym/xl_watch.c
windows_core += src/nym/xlist.c

windows_core += src/holder/consent.c
windows_core += src/holder/derive_sign.c
windows_core += src/holder/holder.c
windows_core += src/holder/holder_save.c
windows_core += src/holder/index.c
windows_core += src/holder/index_bytes.c
windows_core += src/holder/index_file.c
windows_core += src/holder/index_guard.c
windows_core += src/holder/period.c
windows_core += src/holder/renew.c
windows_core += src/holder/vault.c
windows_core += src/holder/vault_content.c
windows_core += src/holder/vault_file.c
windows_core += src/holder/vault_find.c
windows_core += src/holder/vault_head.c
windows_core += src/holder/vault_lock.c
windows_core += src/holder/vault_merge.c
windows_core += src/holder/vault_open.c

windows_core += tools/term/prompt.c
windows_core += tools/term/prompt_win.c

# Cryptography of Windows, for the DLL and its set-up: libcng.a ----------------
windows_cng += src/crypto/call_cng.c
windows_cng += src/crypto/ctx_cng.c
windows_cng += src/crypto/digest_cng.c
windows_cng += src/crypto/ec_cng.c
windows_cng += src/crypto/hmac_cng.c
windows_cng += src/crypto/pubkey_cng.c
windows_cng += src/crypto/sha256_cng.c
windows_cng += src/crypto/x509_cng.c

# Cryptography of OpenSSL, for jumin.exe: libossl.a ----------------------------
windows_ossl += src/crypto/aead_ossl.c
windows_ossl += src/crypto/b64_ossl.c
windows_ossl += src/crypto/ctx_ossl.c
windows_ossl += src/crypto/digest_name_ossl.c
windows_ossl += src/crypto/digest_ossl.c
windows_ossl += src/crypto/ec_key_ossl.c
windows_ossl += src/crypto/ec_ossl.c
windows_ossl += src/crypto/hmac_ossl.c
windows_ossl += src/crypto/p256_verify_ossl.c
windows_ossl += src/crypto/pubkey_ossl.c
windows_ossl += src/crypto/sha256_ossl.c
windows_ossl += src/crypto/sm_crypto_ossl.c
windows_ossl += src/crypto/soft_key_ec_ossl.c
windows_ossl += src/crypto/soft_key_ossl.c
windows_ossl += src/crypto/x509_chain_ossl.c
windows_ossl += src/crypto/x509_ossl.c

# juminmd.dll ------------------------------------------------------------------
windows_driver += drivers/minidriver/acquire.c
windows_driver += drivers/minidriver/cardid.c
windows_driver += drivers/minidriver/containers.c
windows_driver += drivers/minidriver/crypt.c
windows_driver += drivers/minidriver/ctx.c
windows_driver += drivers/minidriver/files.c
windows_driver += drivers/minidriver/md_err.c
windows_driver += drivers/minidriver/pin.c
windows_driver += drivers/minidriver/props.c
windows_driver += drivers/minidriver/readonly.c
windows_driver += drivers/minidriver/sigcache.c

# juminmd-setup.exe: of the driver's own objects it has those that it calls ----
windows_setup += drivers/minidriver/setup.c
windows_setup += drivers/minidriver/setup_args.c
windows_setup += drivers/minidriver/setup_card.c
windows_setup += drivers/minidriver/setup_main.c
windows_setup += drivers/minidriver/setup_pin.c
windows_setup += drivers/minidriver/setup_say.c
windows_setup += tools/term/prompt.c
windows_setup += tools/term/prompt_win.c

# jumin.exe --------------------------------------------------------------------
windows_cli += tools/jumin/ask.c
windows_cli += tools/jumin/cert.c
windows_cli += tools/jumin/cmd_cert.c
windows_cli += tools/jumin/cmd_nym_assert.c
windows_cli += tools/jumin/cmd_nym_id.c
windows_cli += tools/jumin/cmd_cache.c
windows_cli += tools/jumin/cmd_nym_list.c
windows_cli += tools/jumin/cmd_nym_register.c
windows_cli += tools/jumin/cmd_pin.c
windows_cli += tools/jumin/cmd_sign.c
windows_cli += tools/jumin/cmd_status.c
windows_cli += tools/jumin/command.c
windows_cli += tools/jumin/commands_win.c
windows_cli += tools/jumin/files.c
windows_cli += tools/jumin/files_win.c
windows_cli += tools/jumin/json.c
windows_cli += tools/jumin/main.c
windows_cli += tools/jumin/nym_args.c
windows_cli += tools/jumin/nym_consent.c
windows_cli += tools/jumin/nym_file.c
windows_cli += tools/jumin/nym_manifest.c
windows_cli += tools/jumin/nym_show.c
windows_cli += tools/jumin/nym_use.c
windows_cli += tools/jumin/opts.c
windows_cli += tools/jumin/out.c
windows_cli += tools/jumin/platform_win.c
windows_cli += tools/jumin/session.c
windows_cli += tools/jumin/site_key.c
windows_cli += tools/jumin/site_key_win.c

# Unit tests that run under Wine, too, and what they call of tests/support: made
# with cmocka and libcng.a; windows_link_test_x are options of the linker --------
windows_support += tests/support/fault.c
windows_support += tests/support/fault_wrap.c
windows_support += tests/support/script.c

windows_fault_link = -Wl,-u,__wrap_malloc -Wl,--wrap=malloc \
	-Wl,--wrap=calloc -Wl,--wrap=realloc
windows_link_test_card_sweep = $(windows_fault_link)
windows_link_test_digest = $(windows_fault_link)
windows_link_test_fault = $(windows_fault_link)
windows_link_test_nym_enc = $(windows_fault_link)
windows_link_test_trace = $(windows_fault_link)

windows_unit += tests/unit/test_apdu.c
windows_unit += tests/unit/test_atr.c
windows_unit += tests/unit/test_b64url.c
windows_unit += tests/unit/test_card.c
windows_unit += tests/unit/test_card_sweep.c
windows_unit += tests/unit/test_conf_win.c
windows_unit += tests/unit/test_digest.c
windows_unit += tests/unit/test_ec.c
windows_unit += tests/unit/test_ec_sig.c
windows_unit += tests/unit/test_err.c
windows_unit += tests/unit/test_exchange.c
windows_unit += tests/unit/test_fault.c
windows_unit += tests/unit/test_file.c
windows_unit += tests/unit/test_folder_win.c
windows_unit += tests/unit/test_guard.c
windows_unit += tests/unit/test_hex.c
windows_unit += tests/unit/test_hmac.c
windows_unit += tests/unit/test_match.c
windows_unit += tests/unit/test_match_memory.c
windows_unit += tests/unit/test_nym_enc.c
windows_unit += tests/unit/test_nym_scope.c
windows_unit += tests/unit/test_nym_text.c
windows_unit += tests/unit/test_os_win.c
windows_unit += tests/unit/test_pem.c
windows_unit += tests/unit/test_pin.c
windows_unit += tests/unit/test_pin_text.c
windows_unit += tests/unit/test_pubkey.c
windows_unit += tests/unit/test_pubkey_forms.c
windows_unit += tests/unit/test_rbuf.c
windows_unit += tests/unit/test_rsa_pad.c
windows_unit += tests/unit/test_sw.c
windows_unit += tests/unit/test_tlv.c
windows_unit += tests/unit/test_trace.c
windows_unit += tests/unit/test_utf8.c
windows_unit += tests/unit/test_wbuf.c
windows_unit += tests/unit/test_x509_parts.c
windows_unit += tests/unit/test_x509_text.c
windows_unit += tests/unit/test_x509_verify.c

# Of them, those that sign with OpenSSL, and what they sign with.
windows_unit_ossl += tests/unit/test_pubkey.c
windows_unit_ossl += tests/unit/test_rsa_pad.c
windows_unit_ossl += tests/unit/test_x509_verify.c
windows_unit_sign += src/crypto/ctx_ossl.c
windows_unit_sign += src/crypto/digest_name_ossl.c
windows_unit_sign += src/crypto/soft_key_ec_ossl.c
windows_unit_sign += src/crypto/soft_key_ossl.c
windows_unit_sign += tests/unit/wine_encrypt.c
windows_link_test_pubkey = -Wl,--wrap=BCryptEncrypt
windows_link_test_rsa_pad = -Wl,--wrap=BCryptEncrypt
windows_link_test_x509_verify = -Wl,--wrap=BCryptEncrypt

# Other tests: libraries and programs of tests/wine are in tests/wine/windows.mk

# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_base_la_SOURCES += %D%/x.c %D%/x.h

libjumin_base_la_SOURCES += %D%/ctx_ossl.c %D%/ctx.h %D%/ctx_ossl.h
libjumin_base_la_SOURCES += %D%/digest.c %D%/digest_ossl.c %D%/digest.h
libjumin_base_la_SOURCES += %D%/digest_name_ossl.c %D%/digest_ossl.h
libjumin_base_la_SOURCES += %D%/rsa_pad.c %D%/rsa_pad.h
libjumin_base_la_SOURCES += %D%/pubkey_ossl.c %D%/pubkey.h
libjumin_base_la_SOURCES += %D%/soft_key_ossl.c %D%/soft_key.h
libjumin_base_la_SOURCES += %D%/ec.h %D%/ec_sig.h
libjumin_base_la_SOURCES += %D%/sm_crypto.h %D%/cvc.h
libjumin_base_la_SOURCES += %D%/ec_ossl.c %D%/curve.c %D%/ec.h
libjumin_base_la_SOURCES += %D%/ec_sig.c %D%/ec_sig.h
libjumin_base_la_SOURCES += %D%/soft_key_ec_ossl.c
libjumin_base_la_SOURCES += %D%/sm_crypto_ossl.c %D%/sm_crypto.h
libjumin_base_la_SOURCES += %D%/cvc.c %D%/cvc.h
libjumin_base_la_SOURCES += %D%/soft_key_ossl.h
libjumin_base_la_SOURCES += %D%/asn1_time.c %D%/asn1_time.h
libjumin_base_la_SOURCES += %D%/asn1_put.c %D%/asn1_put.h %D%/asn1_tag.h
libjumin_base_la_SOURCES += %D%/x509.c %D%/x509_text.c %D%/x509.h
libjumin_base_la_SOURCES += %D%/x509_verify.c
libjumin_base_la_SOURCES += %D%/x509_ossl.c %D%/x509_other.h
libjumin_base_la_SOURCES += %D%/b64_ossl.c %D%/b64.h
libjumin_base_la_SOURCES += %D%/pem.c %D%/pem.h
libjumin_base_la_SOURCES += %D%/x509_make.c %D%/x509_make.h
libjumin_base_la_SOURCES += %D%/x509_key.c %D%/x509_key.h
libjumin_base_la_SOURCES += %D%/x509_reissue.c %D%/x509_reissue.h
libjumin_base_la_SOURCES += %D%/cms.c %D%/cms.h
libjumin_base_la_SOURCES += %D%/hmac.h %D%/aead.h
libjumin_base_la_SOURCES += %D%/ec_key.h %D%/b64url.h
libjumin_base_la_SOURCES += %D%/p256_verify_ossl.c %D%/p256_verify.h
libjumin_base_la_SOURCES += %D%/hmac_ossl.c %D%/hmac.h
libjumin_base_la_SOURCES += %D%/aead_ossl.c %D%/aead.h
libjumin_base_la_SOURCES += %D%/ec_key_ossl.c %D%/ec_key.h
libjumin_base_la_SOURCES += %D%/b64url.c %D%/b64url.h
libjumin_base_la_SOURCES += %D%/x509_chain_ossl.c %D%/x509_chain.h
libjumin_base_la_SOURCES += %D%/sha256_ossl.c %D%/sha256.h

# On Windows *_cng.c take the place of *_ossl.c (tools/build/windows-files.mk).
EXTRA_DIST += %D%/call_cng.h

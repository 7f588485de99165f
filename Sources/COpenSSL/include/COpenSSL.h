// OpenSSL's libraries, and its function-like macros that are used, each named and typed.
#ifndef COPENSSL_H
#define COPENSSL_H
#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED 1
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// A server's defaults: TLS 1.2 and 1.3, HTTP/1.1 by ALPN, no renegotiation, no compression, no session cache,
// idle sessions give their buffers back, writes may be partial and move.
SSL_CTX *copenssl_server_context(void);
// Days until the leaf certificate of a context expires (negative when past); INT_MIN without one.
int copenssl_certificate_days_left(SSL_CTX *context);
#endif

#include "COpenSSL.h"
#include <limits.h>

static int choose_http11(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                         unsigned int in_length, void *unused) {
    (void)ssl;
    (void)unused;
    static const unsigned char offered[] = "\x08http/1.1";
    unsigned char *chosen = NULL;
    int result = SSL_select_next_proto(&chosen, out_length, offered, sizeof offered - 1, in, in_length);
    *out = chosen;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// The default asks on the terminal and waits.
static int no_passphrase(char *buffer, int size, int writing, void *unused) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)unused;
    return -1;
}

SSL_CTX *copenssl_server_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context) return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    // One read of the socket brings a record's header with its body, and whatever else has come.
    SSL_CTX_set_read_ahead(context, 1);
    // TLS 1.3 tickets are stateless: nothing to cache here.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    SSL_CTX_set_alpn_select_cb(context, choose_http11, NULL);
    return context;
}

int copenssl_certificate_days_left(SSL_CTX *context) {
    X509 *certificate = SSL_CTX_get0_certificate(context);
    if (!certificate) return INT_MIN;
    int days = 0, seconds = 0;
    if (!ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate))) return INT_MIN;
    // Both have the same sign: an hour ago is 0 days and −3600 seconds.
    return seconds < 0 ? days - 1 : days;
}

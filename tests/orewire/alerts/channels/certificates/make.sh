#!/usr/bin/env bash
# Makes the certificates of the tests again, good for a hundred years: an authority of their own that nobody else
# trusts, a server's for 127.0.0.1, and one for another name. The keys guard nothing.
set -euo pipefail
cd "$(dirname "$0")"
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
issue() {  # file, subjectAltName
    key "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=orewire test server" -out "$1.csr"
    printf 'subjectAltName=%s\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' "$2" > "$1.ext"
    openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days 36500 -sha256 \
        -extfile "$1.ext" -out "$1.crt"
    cat "$1.key" "$1.crt" > "$1.pem"
    rm "$1.key" "$1.csr" "$1.ext" "$1.crt"
}
key authority.key
openssl req -x509 -new -key authority.key -subj "/CN=orewire test authority" -days 36500 -sha256 -out authority.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
issue server IP:127.0.0.1,DNS:localhost
issue other-name DNS:mail.example.org
rm -f authority.key authority.srl

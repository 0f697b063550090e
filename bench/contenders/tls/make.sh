#!/bin/sh
# Makes the certificate of the benchmark's servers anew: for 127.0.0.1, valid from 2020 on for a hundred years, signed by its
# own key. Clients trust it and no other. Everybody can read the key, so it protects nothing: it is for measuring only.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
cd "$scratch"

touch index.txt
cat > ca.conf <<'END'
[ca]
default_ca = default
[default]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = IP:127.0.0.1,DNS:localhost
basicConstraints = critical,CA:TRUE
END

openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj '/CN=landfall benchmark' -out request.pem
openssl ca -batch -notext -config ca.conf -startdate 20200101000000Z -enddate 21200101000000Z \
  -selfsign -keyfile key.pem -in request.pem -out certificate.pem
chmod 644 key.pem
cp key.pem certificate.pem "$here"

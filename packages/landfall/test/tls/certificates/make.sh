#!/bin/sh
# Makes the certificates of these tests anew, valid from 2020 on for a hundred years. Only needed when one is to change.
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
[any]
commonName = supplied
END

# certificate NAME COMMON-NAME EXTENSIONS HOW-IT-IS-SIGNED…
certificate() {
  name=$1
  printf '[extensions]\n%b\n' "$3" > extensions.conf
  openssl ecparam -name prime256v1 -genkey -noout -out "$name.key"
  openssl req -new -key "$name.key" -subj "/CN=$2" -out "$name.csr"
  shift 3
  openssl ca -batch -notext -config ca.conf -startdate 20200101000000Z -enddate 21200101000000Z \
    -extfile extensions.conf -extensions extensions -in "$name.csr" -out "$name.pem" "$@"
}

certificate ca 'landfall test authority' 'basicConstraints=critical,CA:TRUE' -selfsign -keyfile ca.key
certificate stranger 'nobody knows' 'basicConstraints=critical,CA:TRUE' -selfsign -keyfile stranger.key
certificate server localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1' -cert ca.pem -keyfile ca.key
certificate other other.test 'subjectAltName=DNS:other.test' -cert ca.pem -keyfile ca.key
certificate client 'a client' 'subjectAltName=DNS:client.test' -cert ca.pem -keyfile ca.key

# Not ca.key: nothing else is to be signed.
cp ca.pem stranger.pem stranger.key server.pem server.key other.pem other.key client.pem client.key "$here"

#!/bin/sh
# In the image's build, as root: the packages of Debian or Ubuntu, the user, and the folders that the user may write to.
set -eu
user=$1 uid=$2
# A mirror or a proxy of the machine that builds, if it gave one; apt reads this file beside its own.
if [ -s /run/secrets/apt.conf ]; then export APT_CONFIG=/run/secrets/apt.conf; fi
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends ca-certificates passwd python3 python3-venv tini
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log /var/log/alternatives.log

# Bases give 1000 to a user of their own ("node", "ubuntu"); Jupyter's custom wants it for this one.
other=$(getent passwd "$uid" | cut -d: -f1)
if [ -n "$other" ]; then userdel --remove "$other" 2>/dev/null || userdel "$other"; fi
useradd --create-home --uid "$uid" --gid 100 --shell /bin/bash --comment "the user of the image" "$user"
chmod 2775 "/home/$user" # a user of another number that is in the group can work there too: docker run --user 5000 --group-add users
mkdir -p /opt/from-the-tensor /opt/from-the-tensor/.ftt
chown -R "$uid:100" /opt/from-the-tensor
chmod 1777 /opt/from-the-tensor/.ftt # caches of the harness, whoever the user is at run time
rm -f "$0"

#!/bin/bash
# Prepares the user and the home, then becomes the command. It does nothing that is done already, so that it may run twice.
#
# Started as root, it gives the server to NB_USER with NB_UID and NB_GID (jovyan, 1000, 100 when they are not set). Started as any other user, it
# leaves that as it is. Then the notebooks are copied to ~/from-the-tensor if they are not there, beside links to the rest of the course.
set -e
course=/opt/from-the-tensor
comment="the user of the image"

refuse() {
  echo "start.sh: $*" >&2
  exit 1
}

if [[ $(id -u) == 0 ]]; then
  user=${NB_USER:-jovyan} uid=${NB_UID:-1000} gid=${NB_GID:-100}
  [[ $user =~ ^[a-z_][a-z0-9_.-]{0,31}$ ]] || refuse "expected NB_USER to be a name in small letters, got \"$user\""
  [[ $uid =~ ^[1-9][0-9]{0,9}$ ]] || refuse "expected NB_UID to be a user's number other than root's 0, got \"$uid\""
  [[ $gid =~ ^[0-9]{1,10}$ ]] || refuse "expected NB_GID to be a group's number, got \"$gid\""
  IFS=: read -r known _ knownuid knowngid _ knownhome _ < <(getent passwd | grep ":$comment:") || refuse "the image's user is gone from /etc/passwd"
  if [[ "$user:$uid:$gid" != "$known:$knownuid:$knowngid" ]]; then
    for taken in "$(getent passwd "$user")" "$(getent passwd "$uid")"; do
      [[ -z $taken || $taken == "$known:"* ]] || refuse "NB_USER=$user NB_UID=$uid cannot be used: the image has \"${taken%%:*}\" already; choose others"
    done
    getent group "$gid" >/dev/null || groupadd --gid "$gid" "group$gid"
    home=/home/$user
    # Not usermod: it would give away what the old number owns in folders that are mounted below the home.
    userdel "$known" 2>/dev/null
    useradd --no-create-home --home-dir "$home" --uid "$uid" --gid "$gid" --groups users --shell /bin/bash --comment "$comment" "$user"
    [[ -d $home ]] || cp -r /etc/skel "$home"
    if ! mountpoint -q "$home"; then
      chown "$uid:$gid" "$home"
      find "$home" -mindepth 1 -maxdepth 1 -type f -name '.*' -exec chown -h "$uid:$gid" {} +
    fi
    [[ $PWD != "$knownhome" ]] || cd "$home"
    HOME=$home
  fi
  if [[ $CHOWN_HOME == yes || $CHOWN_HOME == 1 ]]; then chown ${CHOWN_HOME_OPTS:-} "$uid:$gid" "$HOME"; fi
  export HOME USER=$user LOGNAME=$user
  exec setpriv --reuid "$uid" --regid "$gid" --init-groups --inh-caps=-all -- "$0" "$@"
fi

export USER=${USER:-${NB_USER:-jovyan}} LOGNAME=${LOGNAME:-${NB_USER:-jovyan}}
if [[ ! -w $HOME ]]; then
  from=$HOME
  HOME=$(mktemp -d /tmp/home-XXXXXX)
  export HOME
  echo "start.sh: $from cannot be written to by user $(id -u), so the home is $HOME, which ends with the container; give the mounted folder to that user, or start with --group-add users" >&2
  [[ $PWD != "$from" ]] || cd "$HOME"
fi

work=$HOME/from-the-tensor
if [[ ! -e $work/notebooks ]]; then
  mkdir -p "$work"
  cp -r "$course/notebooks" "$work/"
fi
for entry in "$course"/* "$course/.ftt"; do
  [[ -e $work/${entry##*/} ]] || ln -sfn "$entry" "$work/${entry##*/}"
done

[[ $# -gt 0 ]] || set -- start-notebook.sh
exec "$@"

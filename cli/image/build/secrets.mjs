// @ts-check
// The build's secrets, where they were given: how npm, pip and Node reach their registries on the machine that builds.
import { existsSync } from "node:fs";

const FOLDER = "/run/secrets";

export function useSecrets() {
  const settings = { npm_config_userconfig: "npmrc", PIP_CONFIG_FILE: "pip.conf", NODE_EXTRA_CA_CERTS: "ca.crt" };
  for (const [variable, name] of Object.entries(settings))
    if (existsSync(`${FOLDER}/${name}`)) process.env[variable] = `${FOLDER}/${name}`;
}

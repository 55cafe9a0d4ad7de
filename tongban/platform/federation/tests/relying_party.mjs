// A relying party made of openid-client, which knows nothing of this house. It speaks with the test in lines of JSON.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const heard = async () => JSON.parse((await lines.next()).value);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const told = await heard();
const found = createRequire(`${told.modules}/`).resolve("openid-client");
const client = await import(pathToFileURL(found).href);
const ec = { name: "ECDSA", namedCurve: "P-256" };
const key = await crypto.subtle.importKey("jwk", told.key, ec, false, ["sign"]);
const config = await client.discovery(
  new URL(told.issuer), told.client, undefined, client.PrivateKeyJwt({ key, kid: told.key.kid }),
  { execute: [client.allowInsecureRequests] },
);
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const where = await client.buildAuthorizationUrlWithPAR(config, {
  redirect_uri: told.back,
  scope: "openid profile email offline_access",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});
say({ where: where.href });

const { came } = await heard();
const expected = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const tokens = await client.authorizationCodeGrant(config, new URL(came), expected);
const about = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
const refused = await client.refreshTokenGrant(config, tokens.refresh_token).then(() => "", (error) => error.error);
const out = client.buildEndSessionUrl(config, { post_logout_redirect_uri: told.out, id_token_hint: tokens.id_token });
say({ claims: tokens.claims(), about, rotated: renewed.refresh_token !== tokens.refresh_token, refused, out: out.href });
process.exit(0);

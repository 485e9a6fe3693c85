import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import {
  errors,
  type JWTClaimVerificationOptions,
  type JWTPayload,
  type ProtectedHeaderParameters,
  UnsecuredJWT,
} from 'jose'

/** `{"alg":"none"}` as base64url: what the claims are handed on under once the signature has been looked at. */
const NO_SIGNATURE = 'eyJhbGciOiJub25lIn0'

/**
 * A secret that tokens are signed with (HS256, RFC 7515 A.1).
 *
 * The signature is made here, at once: the library goes through WebCrypto, which hands each token to another thread and back,
 * and on a machine whose cores are all busy that alone was a third of what a client costs in a storm of them. What the claims
 * have to say stays the library's to decide.
 */
export class SharedSecret {
  readonly #key: KeyObject

  constructor(secret: string) {
    this.#key = createSecretKey(secret, 'utf8')
  }

  /**
   * The claims of `token`, whose (unverified) header, of `alg` HS256, is `header`.
   *
   * @throws an error of the library when its signature does not match or its claims do not agree with `options`.
   */
  verify(token: string, header: ProtectedHeaderParameters, options: JWTClaimVerificationOptions): JWTPayload {
    // What it calls critical has to be understood, and no extension is.
    if ('crit' in header) throw new errors.JOSENotSupported('no extension is supported')
    const [head, payload, signature, more] = token.split('.')
    if (signature === undefined || more !== undefined) throw new errors.JWSInvalid('a token has three parts')
    const expected = Buffer.from(createHmac('sha256', this.#key).update(`${head}.${payload}`).digest('base64url'))
    const given = Buffer.from(signature)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new errors.JWSSignatureVerificationFailed()
    }
    return UnsecuredJWT.decode(`${NO_SIGNATURE}.${payload}.`, options).payload
  }
}

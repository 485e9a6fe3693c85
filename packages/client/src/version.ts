/** The version of this package, told to the server in the hello. A test holds it against package.json. */
export const CLIENT_VERSION = '0.1.0'

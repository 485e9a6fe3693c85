/** The versions of Node that Holdfast runs on: the same as `engines` in package.json. */
export const SUPPORTED_NODE = '22.18 or later, 24.11 or later, or 26 and up'

/** Whether this is one of them. Others lack what the code is written in, or crash in the embedded store. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26
}

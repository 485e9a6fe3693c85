/**
 * Reads `v24.21.0` or `24.21.0`.
 *
 * @param {string | undefined} version
 * @returns {[major: number, minor: number, patch: number]}
 */
function parse(version) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version ?? '')
  if (!match) throw new Error(`unable to read the version "${version}"; it is not of the form 1.2.3`)
  return [Number(match[1]), Number(match[2]), Number(match[3])]
}

/**
 * @param {number[]} version
 * @param {number[]} least
 */
function atLeast([major = 0, minor = 0, patch = 0], [leastMajor = 0, leastMinor = 0, leastPatch = 0]) {
  if (major !== leastMajor) return major > leastMajor
  if (minor !== leastMinor) return minor > leastMinor
  return patch >= leastPatch
}

/**
 * Whether a version satisfies a range of the forms that `engines.node` uses here: `^1.2.3` and `>=1.2.3`, joined by `||`.
 * Written out because it runs before anything is installed.
 *
 * @param {string} version
 * @param {string} range
 */
export function satisfies(version, range) {
  const actual = parse(version)
  return range.split('||').some(alternative => {
    const match = /^(\^|>=)(\d+\.\d+\.\d+)$/.exec(alternative.trim())
    if (!match) throw new Error(`unable to read the range "${alternative.trim()}"; only ^1.2.3 and >=1.2.3 are known`)
    const least = parse(match[2])
    return atLeast(actual, least) && (match[1] === '>=' || actual[0] === least[0])
  })
}

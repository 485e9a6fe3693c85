/** Reads `v24.21.0` or `24.21.0`. */
function parse(version) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)
  if (!match) throw new Error(`unable to read the version "${version}"; it is not of the form 1.2.3`)
  return match.slice(1, 4).map(Number)
}

function atLeast(version, least) {
  for (let part = 0; part < 3; part++) {
    if (version[part] !== least[part]) return version[part] > least[part]
  }
  return true
}

/**
 * Whether a version satisfies a range of the forms that `engines.node` uses here: `^1.2.3` and `>=1.2.3`, joined by `||`.
 * Written out because it runs before anything is installed.
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

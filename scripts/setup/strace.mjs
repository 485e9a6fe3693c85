import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SetupError, say } from './console.mjs'
import { runQuietly } from './process.mjs'

/** Why there is none, and what to do about it. */
const MISSING = 'strace is not here; install it ("sudo apt-get install strace") or set STRACE to its path'
const FORBIDDEN = 'strace may not follow a program here; allow ptrace'

function find() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map(folder => join(folder, 'strace')).find(path => existsSync(path))
}

/** As root on Debian and its kin. Resolves to what was said. */
async function install() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return ''
  say('installing strace for the disk faults with apt-get (first run)…')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = await runQuietly('apt-get', ['update'], { env })
  const got = await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'strace'], { env })
  return update.output + got.output
}

/**
 * Nobody is kept from the other tests by it; but what CI has not run it must not call tested.
 *
 * @param {string} reason
 * @param {string} said
 */
function leaveOut(reason, said) {
  if (process.env.CI) throw new SetupError(`unable to run the disk faults; ${reason}`, said)
  say(`DISK FAULTS ARE LEFT OUT: ${reason}`)
  return null
}

/**
 * Resolves to the path of a strace that can follow a program: `$STRACE`, one on the path, or (as root on Debian and its kin)
 * freshly installed from the distribution's packages. Or to null, having said why there is none and what to do; where the
 * variable `CI` is set that is an error, but on systems that have no strace at all.
 *
 * It is how the tests of disk faults see each write of a server and have single ones fail.
 */
export async function provideStrace() {
  if (process.platform !== 'linux') {
    say('DISK FAULTS ARE LEFT OUT: they need Linux, where strace can have single system calls fail')
    return null
  }
  const chosen = process.env.STRACE
  if (chosen && !existsSync(chosen)) throw new SetupError(`unable to use STRACE=${chosen}; there is no such file`)
  const said = chosen || find() ? '' : await install()
  const found = chosen || find()
  if (!found) return leaveOut(MISSING, said)
  const trial = await runQuietly(found, ['-f', '-o', '/dev/null', '-e', 'trace=none', 'true'])
  return trial.exitCode === 0 ? found : leaveOut(FORBIDDEN, trial.output)
}

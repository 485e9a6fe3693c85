import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SetupError, say } from './console.mjs'
import { runQuietly } from './process.mjs'

function find() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map(folder => join(folder, 'strace')).find(path => existsSync(path))
}

async function installFromDebian() {
  say('installing strace for the disk faults with apt-get (first run)…')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = await runQuietly('apt-get', ['update'], { env })
  const install = await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'strace'], { env })
  if (install.exitCode === 0) return
  throw new SetupError(
    'unable to install strace; install it yourself and run this again',
    update.output + install.output,
  )
}

/**
 * Resolves to the path of a strace that can follow a program, or to null on a system that has none: `$STRACE`, one on the
 * path, or (as root on Debian and its kin) freshly installed from the distribution's packages.
 *
 * It is how the tests of disk faults see each write of a server and have single ones fail.
 */
export async function provideStrace() {
  if (process.platform !== 'linux') {
    say('disk faults are left out: they need Linux, where strace can have single system calls fail')
    return null
  }
  const chosen = process.env.STRACE
  if (chosen && !existsSync(chosen)) throw new SetupError(`unable to use STRACE=${chosen}; there is no such file`)
  if (!chosen && !find() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await installFromDebian()
  const found = chosen || find()
  if (!found) {
    throw new SetupError(
      'unable to find strace for the disk faults; install it ("sudo apt-get install strace") or set STRACE to its path',
    )
  }
  const trial = await runQuietly(found, ['-f', '-o', '/dev/null', '-e', 'trace=none', 'true'])
  if (trial.exitCode === 0) return found
  throw new SetupError('unable to follow a program with strace for the disk faults; allow ptrace here', trial.output)
}

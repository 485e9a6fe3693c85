import { existsSync } from 'node:fs'
import { SetupError, say } from './console.mjs'
import { runQuietly } from './process.mjs'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

function find() {
  return PLACES.find(path => existsSync(path))
}

async function installFromDebian() {
  say('installing Chromium for the browser tests with apt-get (first run)…')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = await runQuietly('apt-get', ['update'], { env })
  const install = await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env })
  if (install.exitCode === 0) return
  throw new SetupError(
    'unable to install Chromium; install it yourself and run this again',
    update.output + install.output,
  )
}

/**
 * Resolves to the path of a Chromium for the browser tests: `$CHROMIUM`, a usual place, or (as root on Debian and its
 * kin) freshly installed from the distribution's packages.
 */
export async function provideChromium() {
  const chosen = process.env.CHROMIUM
  if (chosen && !existsSync(chosen)) throw new SetupError(`unable to use CHROMIUM=${chosen}; there is no such file`)
  if (chosen) return chosen
  if (!find() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await installFromDebian()
  const found = find()
  if (found) return found
  throw new SetupError(
    'unable to find Chromium for the browser tests; install it ("sudo apt-get install chromium") or set CHROMIUM to its path',
  )
}

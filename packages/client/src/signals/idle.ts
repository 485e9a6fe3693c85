import type { ClientPlatform } from '../platform/platform.ts'
import { browserActivity, tabChannel } from './browser.ts'
import { IdleDetector } from './idle-detector.ts'
import type { IdleOptions } from './idle-options.ts'

/** The default of `IdleOptions.afterMs`. Milliseconds. */
const AWAY_AFTER_MS = 300_000
/** The default of `IdleOptions.warnMs`, at most. Milliseconds. */
const WARN_MS = 60_000

/** The detector that an application has asked for; null when it wants none, or when nothing here tells of input. */
export function detectIdle(
  options: IdleOptions | false | undefined,
  platform: ClientPlatform,
  userId: string,
  onIdle: (isIdle: boolean) => void,
): IdleDetector | null {
  const activity = options === false ? null : (options?.activity ?? browserActivity())
  if (activity === null) return null
  const { afterMs = AWAY_AFTER_MS, warnMs = Math.min(WARN_MS, afterMs / 5), onWarning = () => {} } = options || {}
  const openChannel = tabChannel(`holdfast-idle:${userId}`)
  return new IdleDetector(
    { ...platform, activity, openChannel, afterMs, warnMs, onWarning, onIdle },
    platform.network.isVisible(),
  )
}

import type { Platform } from '../../src/platform/clock.ts'
import { systemPlatform } from '../../src/platform/system.ts'

/** The real platform but for its clock, which stands until it is moved. */
export class ManualPlatform implements Platform {
  readonly scheduler = systemPlatform.scheduler
  readonly random = systemPlatform.random
  readonly clock = { wallMs: () => this.nowMs, monoMs: () => this.nowMs }
  /** Wall and monotonic time in one. Any moment will do; this one is in 2033. */
  nowMs = 2_000_000_000_000

  get nowS(): number {
    return this.nowMs / 1_000
  }

  pass(ms: number): void {
    this.nowMs += ms
  }
}

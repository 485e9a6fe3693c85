import type { ClientPlatform } from '../platform/platform.ts'
import { Runner } from '../platform/runner.ts'
import {
  QUIET,
  stepTyping,
  type TypingEffect,
  type TypingEvent,
  type TypingState,
  wakeTypingAt,
} from './typing-machine.ts'

/** Runs the typing machine of one room. `tell`: what the others are to be told. */
export function typingTeller(
  platform: ClientPlatform,
  tell: (what: TypingEffect['do']) => void,
): Runner<TypingState, TypingEvent, TypingEffect> {
  return new Runner({
    platform,
    initial: QUIET,
    step: stepTyping,
    wakeAt: wakeTypingAt,
    perform: effect => tell(effect.do),
    onState: () => {},
  })
}

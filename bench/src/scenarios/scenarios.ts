import { assertNever } from '@holdfast/protocol'
import { type ClientWork, clientWork } from '../client/client-work.ts'
import { type DurableSends, durableSends } from './durable-sends.ts'
import { type FanOut, fanOut } from './fan-out.ts'
import { type Handshakes, handshakes } from './handshakes.ts'
import { type History, history } from './history.ts'
import { type IdleMemory, idleMemory } from './idle-memory.ts'
import { type Latency, latency } from './latency.ts'
import { type Pages, pages } from './pages.ts'
import { type PresenceStorm, presenceStorm } from './presence-storm.ts'
import type { Outcome, Subject } from './scenario.ts'
import { type Steady, steady } from './steady.ts'
import { type Stock, stock } from './stock.ts'
import { type Storm, storm } from './storm.ts'

/** A scenario with its parameters: what one run is. */
export type Spec =
  | { readonly scenario: 'durable-sends'; readonly parameters: DurableSends }
  | { readonly scenario: 'fan-out'; readonly parameters: FanOut }
  | { readonly scenario: 'latency'; readonly parameters: Latency }
  | { readonly scenario: 'storm'; readonly parameters: Storm }
  | { readonly scenario: 'idle-memory'; readonly parameters: IdleMemory }
  | { readonly scenario: 'history'; readonly parameters: History }
  | { readonly scenario: 'presence-storm'; readonly parameters: PresenceStorm }
  | { readonly scenario: 'steady'; readonly parameters: Steady }
  | { readonly scenario: 'handshakes'; readonly parameters: Handshakes }
  | { readonly scenario: 'pages'; readonly parameters: Pages }
  | { readonly scenario: 'client'; readonly parameters: ClientWork }
  | { readonly scenario: 'stock'; readonly parameters: Stock }

export function runScenario(subject: Subject, spec: Spec): Promise<Outcome> {
  switch (spec.scenario) {
    case 'durable-sends':
      return durableSends(subject, spec.parameters)
    case 'fan-out':
      return fanOut(subject, spec.parameters)
    case 'latency':
      return latency(subject, spec.parameters)
    case 'storm':
      return storm(subject, spec.parameters)
    case 'idle-memory':
      return idleMemory(subject, spec.parameters)
    case 'history':
      return history(subject, spec.parameters)
    case 'presence-storm':
      return presenceStorm(subject, spec.parameters)
    case 'steady':
      return steady(subject, spec.parameters)
    case 'handshakes':
      return handshakes(subject, spec.parameters)
    case 'pages':
      return pages(subject, spec.parameters)
    case 'client':
      return clientWork(spec.parameters)
    case 'stock':
      return stock(subject, spec.parameters)
    default:
      return assertNever(spec)
  }
}

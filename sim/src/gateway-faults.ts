import { assertNever } from '@holdfast/protocol'
import type { GatewayStep } from './gateway-plan.ts'
import type { SimWorld } from './sim-world.ts'

/** Has something go wrong with one of a server's threads. */
export function harmGateway(world: SimWorld, step: GatewayStep): void {
  const threads = () => world.network.nodes[0]?.threads
  if (!threads()) return
  world.coverage.saw(step.kind)
  switch (step.kind) {
    case 'killGateway': {
      const kill = () => threads()?.killGateway(step.gateway, step.forMs)
      // Mostly while something is being written: that is when it matters.
      if (step.pick % 4 === 0) kill()
      else world.store.ambush(kill)
      return
    }
    case 'stallGateway': {
      const goOn = threads()?.stall(step.gateway)
      world.time.after(step.forMs, () => goOn?.())
      return
    }
    default:
      assertNever(step.kind)
  }
}

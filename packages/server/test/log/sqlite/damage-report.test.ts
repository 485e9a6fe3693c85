import { expect, it } from 'vitest'
import { DamageReport, MAX_DAMAGE_TOLD } from '../../../src/log/sqlite/damage-report.ts'
import { holeIn } from '../../../src/log/sqlite/row-sum.ts'
import { DamagedRow } from '../../../src/log/store/damaged-row.ts'
import { StoreFault } from '../../../src/log/store/sync-store.ts'

function newReport() {
  const told: unknown[] = []
  return { told, report: new DamageReport(fault => told.push(fault)) }
}

it('[R1] of a damaged row the operator is told once, in whatever way it is met', () => {
  const { told, report } = newReport()
  const row = () => new DamagedRow('message 6 of room r is not what was written')
  report.tell(row())
  report.tell(row())
  report.tell(new StoreFault('damaged', row()))
  report.tell(holeIn('r', 0, 6))
  report.tell(holeIn('r', 3, 100))
  report.tell(holeIn('s', 0, 6))
  expect(told).toEqual([row(), holeIn('r', 0, 6), holeIn('s', 0, 6)])
})

it('[R2] of any other failure each time', () => {
  const { told, report } = newReport()
  for (let i = 0; i < 3; i++) report.tell(new StoreFault('away', new Error('disk full')))
  expect(told).toHaveLength(3)
})

it('[R3] of no more damaged rows than are remembered', () => {
  const { told, report } = newReport()
  for (let i = 0; i < MAX_DAMAGE_TOLD + 10; i++) report.tell(new DamagedRow(`message ${i}`))
  report.tell(new DamagedRow('message 0'))
  expect(told).toHaveLength(MAX_DAMAGE_TOLD)
})

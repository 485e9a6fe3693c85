import { expect, test } from 'vitest'
import { createMetrics } from '../../src/observe/metrics.ts'

test('every metric has its name and its help in the text', async () => {
  const text = await createMetrics().text()
  const names = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(match => match[1])
  expect(names).toEqual([
    'holdfast_sessions',
    'holdfast_frames_in_total',
    'holdfast_frames_out_total',
    'holdfast_commits_total',
    'holdfast_commit_batch_size',
    'holdfast_commit_seconds',
    'holdfast_events_published_total',
    'holdfast_deliveries_total',
    'holdfast_detached_total',
    'holdfast_closes_total',
    'holdfast_resumes_total',
    'holdfast_sends_total',
    'holdfast_signals_out_total',
    'holdfast_inbox_reads_total',
    'holdfast_unread_checks_total',
    'holdfast_unread_differences_total',
    'holdfast_http_requests_total',
  ])
})

test('two servers in one process do not mix', async () => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.framesIn.inc(3)
  one.sends.inc({ outcome: 'ok' })
  expect(await one.text()).toContain('holdfast_frames_in_total 3')
  expect(await other.text()).toContain('holdfast_frames_in_total 0')
  expect(await other.text()).not.toContain('outcome="ok"')
})

test('what was counted is told as often as it is asked for, each label apart and the sum of all', async () => {
  const metrics = createMetrics()
  for (const by of [1, 2, 3]) metrics.deliveries.inc(by)
  for (const outcome of ['ok', 'duplicate', 'ok']) metrics.sends.inc({ outcome })
  for (let i = 0; i < 2; i++) {
    const text = await metrics.text()
    expect(text).toContain('holdfast_deliveries_total 6')
    expect(text).toContain('holdfast_sends_total{outcome="ok"} 2')
    expect(text).toContain('holdfast_sends_total{outcome="duplicate"} 1')
  }
})

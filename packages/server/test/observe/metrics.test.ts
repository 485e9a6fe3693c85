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

#!/usr/bin/env node
import { isSupportedNode, SUPPORTED_NODE } from './node-version.ts'

// Before anything else is loaded: on an unsupported Node the embedded store ends the process without a word.
if (isSupportedNode(process.versions.node)) {
  const { runProgram } = await import('./program.ts')
  await runProgram(process.argv)
} else {
  process.stderr.write(
    `holdfast: unable to start; Node ${process.versions.node} is not supported, use ${SUPPORTED_NODE}\n`,
  )
  process.exitCode = 1
}

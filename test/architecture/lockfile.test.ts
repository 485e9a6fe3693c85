import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Lock, runtimeClosure, withInstallScript, withoutEntry, withRegistryHost } from './rules/lockfile.ts'
import { ROOT, read } from './support/tree.ts'

const PUBLISHED = ['packages/protocol', 'packages/server', 'packages/client', 'packages/react', 'apps/cli']
const lock: Lock = JSON.parse(read('package-lock.json')).packages

/** npm runs `node-gyp rebuild` for a package that has a binding.gyp, no script of its own, and does not opt out. */
function runsWhenInstalled(path: string): boolean {
  const manifest = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'))
  const scripts = Object.keys(manifest.scripts ?? {})
  if (scripts.some(name => ['preinstall', 'install', 'postinstall'].includes(name))) return true
  return manifest.gypfile !== false && existsSync(join(ROOT, path, 'binding.gyp'))
}

describe('dependencies', () => {
  const closure = runtimeClosure(lock, PUBLISHED)

  test('the closure of the published packages is followed', () => {
    expect(closure).toEqual(
      expect.arrayContaining(['node_modules/valibot', 'node_modules/better-sqlite3', 'node_modules/ws']),
    )
    expect(closure).not.toContain('node_modules/vitest')
  })

  test('no run-time dependency has an install script by the lockfile', () => {
    expect(withInstallScript(lock, closure)).toEqual([])
  })

  test('no run-time dependency runs anything when installed, by its own package.json', () => {
    const installed = closure.filter(path => path.includes('node_modules/') && existsSync(join(ROOT, path)))
    expect(installed.length).toBeGreaterThan(10)
    expect(installed.filter(runsWhenInstalled)).toEqual([])
  })

  test('the lockfile names no host to download from', () => {
    expect(withRegistryHost(lock)).toEqual([])
  })

  test('the lockfile has an entry for every dependency, those of other platforms included', () => {
    expect(withoutEntry(lock)).toEqual([])
  })

  test('breaches are caught: an install script two steps down, a registry host', () => {
    const broken: Lock = {
      'packages/a': { dependencies: { b: '1' } },
      'node_modules/b': { dependencies: { c: '1' }, resolved: 'https://registry.example/b.tgz' },
      'node_modules/b/node_modules/c': { hasInstallScript: true },
      'node_modules/c': {},
      'node_modules/unrelated': { hasInstallScript: true },
    }
    expect(withInstallScript(broken, runtimeClosure(broken, ['packages/a']))).toEqual(['node_modules/b/node_modules/c'])
    expect(withRegistryHost(broken)).toEqual(['node_modules/b https://registry.example/b.tgz'])
    expect(withoutEntry({ 'node_modules/a': { optionalDependencies: { 'a-darwin': '1' } } })).toEqual([
      'a-darwin of node_modules/a',
    ])
  })

  test('a linked workspace is followed to its folder', () => {
    const linked: Lock = {
      'packages/a': { dependencies: { '@x/b': '1' } },
      'node_modules/@x/b': { link: true, resolved: 'packages/b' },
      'packages/b': { dependencies: { c: '1' } },
      'node_modules/c': { hasInstallScript: true },
    }
    expect(withInstallScript(linked, runtimeClosure(linked, ['packages/a']))).toEqual(['node_modules/c'])
    expect(withRegistryHost(linked)).toEqual([])
  })
})

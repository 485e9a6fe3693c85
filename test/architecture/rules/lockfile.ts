/** One entry of `packages` in package-lock.json, as far as the rules look at it. */
export interface LockEntry {
  readonly version?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** `packages` of package-lock.json: install path to entry. */
export type Lock = Readonly<Record<string, LockEntry>>

/** The install paths of everything that the given workspaces need at run time, themselves included. */
export function runtimeClosure(lock: Lock, workspaces: readonly string[]): string[] {
  const reached = new Set<string>()
  const visit = (path: string): void => {
    const entry = lock[path]
    if (!entry) throw new Error(`unable to follow the lockfile; it has no ${path}`)
    const real = entry.link && entry.resolved ? entry.resolved : path
    if (reached.has(real)) return
    reached.add(real)
    const { dependencies, optionalDependencies, peerDependencies } = lock[real] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = resolve(lock, real, name)
      if (found !== undefined) visit(found)
    }
  }
  for (const workspace of workspaces) visit(workspace)
  return [...reached].sort()
}

/** Node's resolution over install paths: the nearest `node_modules` upwards. Undefined for an optional one not installed. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  const folders = from.split('/')
  for (let depth = folders.length; depth >= 0; depth--) {
    const path = [...folders.slice(0, depth), 'node_modules', name].join('/')
    if (lock[path]) return path
  }
  return undefined
}

/** Of the given install paths, those that the lockfile marks as running a script when installed. */
export function withInstallScript(lock: Lock, paths: readonly string[]): string[] {
  return paths.filter(path => lock[path]?.hasInstallScript)
}

/** The entries that name a place to download from: a lockfile for everybody names none. */
export function withRegistryHost(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([path, { link, resolved }]) =>
    !link && resolved && /^[a-z+]+:/i.test(resolved) ? [`${path} ${resolved}`] : [],
  )
}

/**
 * The dependencies that have no entry, optional ones for other platforms included: `npm ci` refuses such a lockfile. It comes
 * about when an install could not find some platform's package; a version that exists for all platforms cures it.
 */
export function withoutEntry(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter(name => resolve(lock, path, name) === undefined)
      .map(name => `${name} of ${path}`),
  )
}

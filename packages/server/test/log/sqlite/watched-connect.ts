import {
  type Connect,
  type Connection,
  type ConnectionRole,
  loadSqlite,
  type Statement,
} from '../../../src/log/sqlite/connection.ts'

/** An error as better-sqlite3 throws it. */
export class SqliteError extends Error {
  readonly code: string

  constructor(code: string) {
    super(`${code}, made by the test`)
    this.code = code
  }
}

/** Real connections that are watched, and that fail where the test says. */
export class WatchedConnections {
  readonly opened: { readonly role: ConnectionRole; readonly connection: Connection }[] = []
  readonly prepared: { readonly role: ConnectionRole; readonly sql: string }[] = []
  /** Asked before each statement runs; what it returns is thrown. */
  failOn: (call: {
    readonly role: ConnectionRole
    readonly sql: string
    readonly parameters: readonly unknown[]
  }) => Error | null = () => null
  /** Pragmas that are quietly not obeyed. */
  ignorePragma: (pragma: string) => boolean = () => false

  async connect(): Promise<Connect> {
    const connect = await loadSqlite()
    return (file, role) => {
      const connection = this.#watch(connect(file, role), role)
      this.opened.push({ role, connection })
      return connection
    }
  }

  /** The connection that is open in this role. */
  get(role: ConnectionRole): Connection {
    const found = this.opened.find(one => one.role === role)
    if (found === undefined) throw new Error(`there is no ${role}`)
    return found.connection
  }

  #watch(real: Connection, role: ConnectionRole): Connection {
    const check = (sql: string, parameters: readonly unknown[]) => {
      const error = this.failOn({ role, sql, parameters })
      if (error !== null) throw error
    }
    return {
      get inTransaction() {
        return real.inTransaction
      },
      prepare: sql => {
        this.prepared.push({ role, sql })
        return watchStatement(real.prepare(sql), parameters => check(sql, parameters))
      },
      exec: sql => {
        check(sql, [])
        return real.exec(sql)
      },
      pragma: sql => (this.ignorePragma(sql) ? undefined : real.pragma(sql)),
      close: () => real.close(),
    }
  }
}

function watchStatement(real: Statement, check: (parameters: readonly unknown[]) => void): Statement {
  return {
    reader: real.reader,
    run: (...parameters) => {
      check(parameters)
      return real.run(...parameters)
    },
    get: (...parameters) => {
      check(parameters)
      return real.get(...parameters)
    },
    all: (...parameters) => {
      check(parameters)
      return real.all(...parameters)
    },
    iterate: (...parameters) => {
      check(parameters)
      return real.iterate(...parameters)
    },
  }
}

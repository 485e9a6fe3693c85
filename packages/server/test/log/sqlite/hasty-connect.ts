import { type Connect, loadSqlite } from '../../../src/log/sqlite/connection.ts'

/** Real connections whose commits, once the store is open, wait for no disk: for tests of many commits that lose no power. */
export async function hastyConnect(): Promise<Connect> {
  const connect = await loadSqlite()
  return (file, role) => {
    const connection = connect(file, role)
    const prepare = connection.prepare.bind(connection)
    connection.prepare = sql => {
      if (sql === 'BEGIN IMMEDIATE') connection.pragma('synchronous = OFF')
      return prepare(sql)
    }
    return connection
  }
}

import { AppError } from '../support/errors.js'
import type { Database } from './database.js'

export interface User {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly createdAt: string
}

export interface UsersRepository {
  list(limit: number, offset: number): Promise<User[]>
  find(id: number): Promise<User | null>
  /** @throws AppError 409 when the address is taken. */
  create(user: { email: string; name: string }): Promise<User>
  /** The user with its password hash, null where it has none. */
  findForLogin(email: string): Promise<{ id: number; email: string; passwordHash: string | null } | null>
}

interface UserRow {
  id: number
  email: string
  name: string
  created_at: Date
}

const COLUMNS = 'id, email, name, created_at'

export function usersRepository(db: Database): UsersRepository {
  return {
    async list(limit, offset) {
      const rows = await db.query<UserRow>(
        'users-list',
        `SELECT ${COLUMNS} FROM users ORDER BY id LIMIT $1 OFFSET $2`,
        [limit, offset],
      )
      return rows.map(toUser)
    },
    async find(id) {
      const rows = await db.query<UserRow>('users-find', `SELECT ${COLUMNS} FROM users WHERE id = $1`, [id])
      return rows[0] === undefined ? null : toUser(rows[0])
    },
    async create({ email, name }) {
      const rows = await db.query<UserRow>(
        'users-create',
        `INSERT INTO users (email, name) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING RETURNING ${COLUMNS}`,
        [email.toLowerCase(), name],
      )
      if (rows[0] === undefined)
        throw new AppError(409, 'email_taken', 'A user with this e-mail address exists')
      return toUser(rows[0])
    },
    async findForLogin(email) {
      const rows = await db.query<{ id: number; email: string; password_hash: string | null }>(
        'users-login',
        'SELECT id, email, password_hash FROM users WHERE email = $1',
        [email.toLowerCase()],
      )
      const row = rows[0]
      return row === undefined ? null : { id: row.id, email: row.email, passwordHash: row.password_hash }
    },
  }
}

function toUser(row: UserRow): User {
  return { id: row.id, email: row.email, name: row.name, createdAt: row.created_at.toISOString() }
}

import type { SharedCache } from './shared-cache.js'
import type { User, UsersRepository } from './users-repository.js'

/**
 * Looks a user up in the cache first. Users never change in this service, so what is cached is never wrong; pages of the
 * list do, and always come from the database.
 */
export function withSharedCache(users: UsersRepository, cache: SharedCache): UsersRepository {
  return {
    ...users,
    async find(id) {
      const key = `user:${id}`
      const known = await cache.get(key)
      if (known !== null) return JSON.parse(known) as User
      const user = await users.find(id)
      // Nobody waits for it: the answer is known.
      if (user !== null) void cache.set(key, JSON.stringify(user))
      return user
    },
  }
}

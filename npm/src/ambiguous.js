// After which answers to a new order nobody can tell whether there is one. Client and BFF judge by this one list: a key that one of them
// gives up while the other keeps it is a second order.

/**
 * Too late, already running, too early, too many, given up waiting for, and whatever a server or one on the way to it could not do.
 * @param {number} status HTTP
 */
export const isAmbiguous = (status) => status >= 500 || [408, 409, 425, 429, 499].includes(status);

/**
 * The table of the gear hash, 256 numbers of 64 bits, as the specification of Xet names it: `DEFAULT_TABLE` of
 * https://github.com/srijs/rust-gearhash (src/table.rs, by Sam Rijs, MIT OR Apache-2.0). Each is 8 bytes here, the highest
 * first.
 */
const numbers = Buffer.from(
  'sIjTqehA9VlWUsf3Oe0g1kWyiWmJiXKrawqJ1baOx3c2j1c+i3oxtx3GNtzpNtlLIHpMTlVU1bakdLNGKCOayzsGqD4co7kSkOeNbC8CuvfhyS33' +
    'FQ2aio6VBToQhtOtWi708bg6ByKlD6yUn4B/rg5zA+uA2NaBmbB+3BVwrQ9onS+1Vf0wdgAAUIIRnqRoxLCDBqiPzCg+sGeK9jdK/fGfh6uGrXQ2' +
    '8hKfv75rxzZIEUlXXJik7QAAAQaVR3vFH7o3gBqc6sw78G/WY6SbbZlofpeC44dLeaEGc6pQ2OPkrM+eYhH0ICUg5x+HV5BxK9XT/XgaipsA3k3N' +
    '3RHIc+qpMRxahzkv23SOthe8QP+vV5qN9iC/b4am5dobCcKxzC/DCsMioS41Xir+wfdCZy2ZyPTAIaR7ut5LSpQEz8P3tRhyHXB9aTKGtlh78ywg' +
    'AAC2iIavJwyhFdbk24qQeUhPfpyXsuGZzMp7t1cT4wG/JYSmK7DxYK3n6BNiXbzIAABwlA2HlVqK5pEIE55ib713atcv3jii+2sAH8L8wM/HpHS4' +
    '5nvEJ7r28RYQ611YCcsfW23ncNGwshnml31MRwDMvDhup61KzISdCt+XPwFzo+99AWr3cMgH0tOGvb3+fyrJlmx5FzDQN6hrxsUE2vPxfGYeqmCd' +
    'rKYmsE2q5od1Wpk3T0pbB5CDfuZbLK7ebuitk/1WB4UAANnhEFPt2J4GO7LSHNvXB6t38SoB0rLsVQJV5mQbRHj7lKhEnBTGx1EOG8bA9fUAADIL' +
    'NuTK44J8MyYsixotFGdfC0jqQUQme9OmSY3s6/GRb/mC9QNehiIbf/Q0+4idvs7nOG9J2OpY+MrID49KAI0ZhpL8ZNhtOHBPur+aNuAyywfR575M' +
    'Io0h9q1FCJBjXLG/wCWJpUYgoXOcos5xp+ff46rl+1gMEMqTKzwN6ycn/uiEr+17ot8cbfniqx9NzdGsB3T1IwAAcP+tM+JOoqzoe8WXeBaYkida' +
    'tChgScKGEYHd8YlZu5lyoEJIPhnvcM03ZlEweAAABROr/JhkwFi2GFjJQIMJ6FCFlyXg3pGX+zv4Pn2Ufh5ibRK2S85SDFRQf3tX0b7heXF04iQW' +
    'b9msMiLpVYcAI5V8mt+/PqAcfX4jS74Vq6LHWLijjLsNH6DO7D4rMAu2pYt+YLmRQzPdW5+iZjXC/Tt9QAHBo/tBgCRUcxEnZaVhhaUNGMv2egK9' +
    'h4S1T2lvEd1n5lBjAAAgIvyoFKuM1r6RLbnYUmlRibbpropX7pRTtQraDCjY/F6pGniEXquGvxkaSqdnAADGtchkFeUmcxAXjgiiLu0tEBsHi8ol' +
    'O0HthLImqPsT5iISDyjcBqMV9ev7cG0miBbDTjMBus7pOVucu3H9rgAs6SAuchZIQoPbHSuzyRzXfUYa0rGmpeLsF+Ru64ZruOC+QDn7xHzeoWDE' +
    '1SmdBH7shsjSjDY0IRmtEp+Yo5mmzPRrYaKD7yxSzt72WMYXLbSHEWms3YMAAPDW857L6T3V2MmNL5SJihhyoisB9YTygqTEDns88oAg7CzLG6GW' +
    'ZpO24J5Z4xMAAM4ZzHyD6yDLVzX2R5w7di6/N1nXWlsge/6CPWk5ddd9wRIznNnVm6eDQoRifQMhfcUT6V9R6bJ7Gin8XngWANXNmDG7Zi1x45uA' +
    'bXVzTH5XKvAG+xojonNPL2rpH4W/gsa1Aizd8lw76sYHYaDezciTu0dBaZhtEIVhXBh+AXf4rjCsJ3xdkXxrgRIqLJFbdbaZrdFpZwAAz2rnmgab' +
    '88QK+mDeEQQgYxJ6pZFnw2Id5iJp0YlN0YisHeYrRyYQcDbiFUtnPAAAuF8oVTod8u9OTBgjbz3Z1t5mEbn2AqH8eVX7R5Ec64X9Ay8pjb2+J1Av' +
    's7764eMDQlHEzWYeRBNk01QHGDYAgrNsdfKYPrFFkQMW+mbwAhwGnJhHyvcpEN/HWktSIXNbNT4cV6i1zkQxLOmO2Wy8lC5FBr36ZfBQhqcSV5Qb' +
    '/sOyFdNRzq0ArhBV4BRCAvVLQIRvQuRUAAB/2ci8vMi/vZ7zF96b/qgEMC/yhU4SOc5JV6Xl2NT/ueKkVje6hFW5rR2eoIGLAACKy/MZF4pI4r/I' +
    '0Pv7OIvjmEHoSLXoDicSFgaWoIvVEJboS0QkKhEBuhdnkuE6wi53D0UxaJ0Wie/ycrvFbACpKhl/VlDsvHZZkL2heE7GFEHjkvy4rgfhOiztMeSg' +
    'ksvphCNOnU2PT/Vyu32KxQuWcMALljvQYpVaWBoD6wFkX4Pl6gACVEH85RbNiPKZu9qXSNp6mM8AAKqy/khF+hl2Gwab9WVVi49eg0O2rVY+XRz9' +
    'FEgh2excHiyisM2P+vfg/qf7tX8AAADTuhKWG9o/kBeEAbGOcP+QbeM6X+sFJ9WnwGlw5yLY53NgfBPpyatw32Q8O6ztpMbcir4S4+zvH0EAM+eK' +
    'ACTCsnSscssGdA2VT6kAtB16KZsyPWMEs8N8spjL6tXJhuPHYXhzm5+r6jZLRvWKbaIUxa+FzFYXpD7Yt6OPhG7M7FEdmtvr+cqzCRMzWvtKXmDF' +
    '9BXu0gAAaWdQNnK0naUdEhRUu4eEMh4TubvIFvs9b7arL92NYDBe7Y4WCo3Lv0sU6ZRs6AAAT2M4GxDDB9W3gW/MThDlpTZyamqBVVevsjRHoH/d' +
    'GPNG96vJ05RjbcZV1hrTPcyLq0k59/P2Y8epBsHdGHs=',
  'base64',
)

const takeHalves = (from: number) => Int32Array.from({ length: 256 }, (_, byte) => numbers.readInt32BE(byte * 8 + from))

/** The upper and the lower half of each number: no number of JavaScript has 64 bits. */
export const gearTable = { uppers: takeHalves(0), lowers: takeHalves(4) }

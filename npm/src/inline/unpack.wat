;; Turns the inlined text back into bytes, in place; table.js says how. A loop in JavaScript runs uncompiled on its
;; first and only run, which takes it several times as long.
(module
  (memory (export "memory") 0)
  (func (export "unpack") (param $at i32) (param $end i32) (result i32)
    (local $to i32)
    (local $code i32)
    (local.set $to (local.get $at))
    (loop $next
      (local.set $code (i32.load8_u (local.get $at)))
      (if (i32.gt_u (local.get $code) (i32.const 124))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $code
            (i32.add
              (i32.shl (i32.sub (local.get $code) (i32.const 124)) (i32.const 7))
              (i32.load8_u (local.get $at))))))
      ;; The table is at 0.
      (i32.store8 (local.get $to) (i32.load8_u (local.get $code)))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $to)))

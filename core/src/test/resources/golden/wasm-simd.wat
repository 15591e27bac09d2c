(module
  (type (;0;) (func (param i32)))
  (type (;1;) (func))
  (import "env" "memory" (memory (;0;) 1))
  (func $sampler (type 0) (param i32)
    (local i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128)
    f32.const 0x1.8p+2 (;=6;)
    f32x4.splat
    local.set 13
    local.get 0
    i32.load
    local.set 1
    local.get 0
    i32.load offset=8
    local.set 2
    local.get 1
    local.get 2
    i32.const -8
    i32.add
    i32.load
    i32.add
    local.set 3
    local.get 0
    i32.load offset=16
    local.set 5
    block  ;; label = @1
      local.get 5
      i32.const 2
      i32.lt_s
      br_if 0 (;@1;)
      loop  ;; label = @2
        local.get 1
        v128.load align=4
        local.set 7
        local.get 3
        v128.load32_splat offset=300
        local.set 8
        local.get 7
        local.get 8
        local.get 8
        f32x4.mul
        f32x4.add
        local.tee 7
        local.get 13
        local.get 1
        i32.const -4
        i32.add
        v128.load32_splat
        f32x4.mul
        f32x4.add
        local.set 7
        local.get 8
        local.get 13
        local.get 1
        v128.load32_splat
        f32x4.mul
        f32x4.add
        local.set 8
        local.get 12
        local.get 7
        local.get 13
        f32x4.div
        f32x4.pmax
        local.tee 8
        local.get 7
        f32x4.min
        local.get 7
        v128.and
        local.set 8
        local.get 13
        local.get 12
        local.get 7
        f32x4.pmax
        f32x4.pmin
        local.get 8
        i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
        local.tee 8
        local.set 7
        local.get 3
        i32.const -16
        i32.add
        local.get 7
        v128.store64_lane align=4 0
        local.get 3
        i32.const -8
        i32.add
        local.get 7
        v128.store32_lane 2
        local.get 3
        local.get 8
        v128.store align=4
        local.get 1
        i32.const 32
        i32.add
        local.set 1
        local.get 0
        i32.load offset=24
        local.tee 4
        local.get 3
        i32.add
        local.set 3
        local.get 1
        local.tee 4
        local.set 3
        local.get 5
        i32.const -2
        i32.add
        local.tee 5
        i32.const 2
        i32.ge_s
        br_if 0 (;@2;)
      end
    end
    local.get 3
    i32.load offset=12
    local.set 6
    block  ;; label = @1
      local.get 6
      i32.const 1
      i32.lt_s
      br_if 0 (;@1;)
      loop  ;; label = @2
        local.get 3
        i32.const -4
        i32.add
        local.set 3
        local.get 6
        i32.const -1
        i32.add
        local.tee 6
        br_if 0 (;@2;)
      end
    end)
  (func $clear (type 0) (param i32)
    (local i32 i32 i32 i32 i32 v128 v128)
    local.get 0
    i32.load
    local.set 1
    local.get 0
    i32.load offset=8
    local.set 4
    block  ;; label = @1
      local.get 4
      i32.const 1
      i32.lt_s
      br_if 0 (;@1;)
      loop  ;; label = @2
        local.get 1
        local.set 2
        local.get 0
        i32.load offset=16
        local.set 5
        block  ;; label = @3
          local.get 5
          i32.const 1
          i32.lt_s
          br_if 0 (;@3;)
          loop  ;; label = @4
            local.get 2
            local.get 7
            v128.store align=4
            local.get 2
            i32.const 16
            i32.add
            local.set 2
            local.get 5
            i32.const -1
            i32.add
            local.tee 5
            br_if 0 (;@4;)
          end
        end
        local.get 0
        i32.load offset=24
        local.tee 3
        local.get 1
        i32.add
        local.set 1
        local.get 4
        i32.const -1
        i32.add
        local.tee 4
        br_if 0 (;@2;)
      end
    end)
  (func $conv (type 1)
    i32.const 1024
    call $sampler
    i32.const 1088
    call $clear
    i32.const 1152
    call $sampler)
  (func $pool (type 1)
    i32.const 70000
    call $clear)
  (func (;4;) (type 0) (param i32)
    loop  ;; label = @1
      i32.const 0
      call $clear
      local.get 0
      i32.const -1
      i32.add
      local.tee 0
      br_if 0 (;@1;)
    end)
  (export "layer0" (func $conv))
  (export "layer1" (func $pool))
  (export "rehearse" (func 4)))

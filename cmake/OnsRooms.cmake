# How rooms, unit tests and fuzz targets are declared. Each room's CMakeLists.txt
# names its sources and the rooms it stands on, so the arrows of
# tools/layers.txt are repeated by the linker.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Warnings, sanitizers and banned names for OUR targets only.
add_library(ons_flags INTERFACE)
target_compile_definitions(ons_flags INTERFACE _POSIX_C_SOURCE=200809L
                           ONS_VERSION="${PROJECT_VERSION}")
target_include_directories(ons_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(ons_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wundef
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual
  -Wwrite-strings -Wvla -Wimplicit-fallthrough -Wswitch-enum -fno-common
  -ffp-contract=off # the same bytes from GCC and Clang; kernels ask for FMA by name
  -include ${CMAKE_SOURCE_DIR}/tools/banned.h
  # Clang also warns of every NAN that becomes a double
  $<$<C_COMPILER_ID:GNU>:-Wdouble-promotion -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init>)
if(ONS_WERROR)
  target_compile_options(ons_flags INTERFACE -Werror)
endif()
if(ONS_SANITIZE)
  target_compile_options(ons_flags INTERFACE -fsanitize=${ONS_SANITIZE} -fno-sanitize-recover=all
                         -fno-omit-frame-pointer)
  target_link_options(ons_flags INTERFACE -fsanitize=${ONS_SANITIZE})
endif()
if(ONS_FUZZ)
  target_compile_options(ons_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# ons_room(NAME SOURCES a.c … [ROOMS base …] [LIBRARIES m …])
function(ons_room name)
  cmake_parse_arguments(R "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_library(ons_${name} STATIC ${R_SOURCES})
  list(TRANSFORM R_ROOMS PREPEND ons_)
  target_link_libraries(ons_${name} PUBLIC ons_flags ${R_ROOMS} PRIVATE ${R_LIBRARIES})
endfunction()

# ons_unit_test(ROOM NAME [ROOMS …] [TIMEOUT s] [LABELS tsan]): tests/unit/ROOM/test_NAME.c,
# labelled `unit`; tsan: it also runs under ThreadSanitizer
function(ons_unit_test room name)
  cmake_parse_arguments(T "" "TIMEOUT" "ROOMS;LIBRARIES;LABELS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  list(TRANSFORM T_ROOMS PREPEND ons_)
  add_executable(test_${room}_${name} test_${name}.c)
  target_include_directories(test_${room}_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support)
  target_link_libraries(test_${room}_${name} PRIVATE ons_${room} ${T_ROOMS} PkgConfig::CMOCKA
                        ${T_LIBRARIES} m)
  add_test(NAME unit.${room}.${name} COMMAND test_${room}_${name})
  set_tests_properties(unit.${room}.${name} PROPERTIES LABELS "unit;${T_LABELS}" TIMEOUT ${T_TIMEOUT}
                       ENVIRONMENT "ONS_SOURCE_DIR=${CMAKE_SOURCE_DIR};ONS_SHARED=${CMAKE_SOURCE_DIR}/../shared")
endfunction()

# ons_fuzz(NAME ROOMS …): tests/fuzz/fuzz_NAME.c. Ordinary builds replay
# tests/fuzz/corpus/NAME; the fuzz preset also links it with libFuzzer.
function(ons_fuzz name)
  cmake_parse_arguments(F "" "" "ROOMS" ${ARGN})
  list(TRANSFORM F_ROOMS PREPEND ons_)
  add_executable(replay_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c
                 ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.c)
  target_link_libraries(replay_${name} PRIVATE ${F_ROOMS})
  add_test(NAME fuzz.replay.${name}
           COMMAND replay_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(fuzz.replay.${name} PROPERTIES LABELS fuzz TIMEOUT 60)
  if(ONS_FUZZ)
    add_executable(fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c)
    target_link_libraries(fuzz_${name} PRIVATE ${F_ROOMS})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()

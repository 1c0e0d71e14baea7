# cmake -DROOT=dir -DOUTPUT=file.c -DNAME=symbol -DFILES=a,b,c -P fingerprint.cmake
# A string that changes whenever one of the files does.
string(REPLACE "," ";" files "${FILES}")
set(all "")
foreach(file IN LISTS files)
  file(SHA256 ${ROOT}/${file} digest)
  string(APPEND all "${file} ${digest}\n")
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 32 digest)
file(WRITE ${OUTPUT} "extern const char ${NAME}[];\nconst char ${NAME}[] = \"${digest}\";\n")

# SHA-256 and threads; JSON libraries, databases and test frameworks are nobody's business but their users'.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
